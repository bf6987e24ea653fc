using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Cli.Commands;

/// <summary>The files that a model of the command line stands in.</summary>
internal static class ModelFiles
{
    private const string Configuration = ".cfg";
    private const string Weights = ".weights";
    private const string Names = ".names";

    /// <summary>The model's file with those beside it or named by options; none for a model that is known by name.</summary>
    public static UsedFiles Of(string model, string? weights, string? labels)
    {
        var used = new UsedFiles().Add(weights, "the file of weights").Add(labels, "the file of class names");
        if (!File.Exists(model)) return used;
        used.Add(model, "the model itself");
        return !IsDarknet(model) ? used
            : used.Add(Path.ChangeExtension(model, Weights), "the model's file of weights").Add(Path.ChangeExtension(model, Names), "the model's file of class names");
    }

    /// <summary>Opens a model; says which option names a file that is not beside a .cfg.</summary>
    /// <exception cref="BadModelException">The model cannot be used.</exception>
    public static OnnxModel Open(Terminal terminal, string model, string? weights, string? labels)
    {
        if (File.Exists(model) && IsDarknet(model))
        {
            var expected = Path.ChangeExtension(model, Weights);
            if (weights is null && !File.Exists(expected)) throw new BadModelException($"{expected}: there is no such file; --weights names the weights of {model}.");
            var names = Path.ChangeExtension(model, Names);
            if (labels is null && !File.Exists(names)) terminal.Note($"{names}: there is no such file, so classes have no names; --labels gives them.");
        }
        return ModelLocator.Open(model, new OpenOptions { WeightsFile = weights, LabelsFile = labels });
    }

    private static bool IsDarknet(string model) => Path.GetExtension(model).Equals(Configuration, StringComparison.OrdinalIgnoreCase);
}
