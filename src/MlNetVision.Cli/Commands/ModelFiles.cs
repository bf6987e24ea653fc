using MlNetVision.Cli.Inputs;

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

    private static bool IsDarknet(string model) => Path.GetExtension(model).Equals(Configuration, StringComparison.OrdinalIgnoreCase);
}
