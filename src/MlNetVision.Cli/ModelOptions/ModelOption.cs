using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Cli.ModelOptions;

/// <summary><c>-m MODEL</c>, completed by the names of the catalogue.</summary>
internal static class ModelOption
{
    /// <summary>Beyond that many classes a note does not name them all.</summary>
    private const int NamedClasses = 12;

    private static string Forms => $"a name that 'mlnetvision model list' shows, or an {ModelLocator.Endings} file";

    /// <param name="bundled">The model that is taken without the option.</param>
    public static Option<string> Create(string bundled)
    {
        var option = new Option<string>("--model", "-m")
        {
            Description = $"The model: {Forms}.",
            HelpName = "MODEL",
            DefaultValueFactory = _ => bundled,
        };
        option.CompletionSources.Add(_ => Names());
        return option;
    }

    public static Argument<string> CreateArgument()
    {
        var argument = new Argument<string>("MODEL") { HelpName = "MODEL", Description = $"The model: {Forms}." };
        argument.CompletionSources.Add(_ => Names());
        return argument;
    }

    /// <summary><c>--weights FILE</c> of a Darknet network.</summary>
    public static Option<string?> CreateWeights() =>
        new("--weights") { Description = "The weights of a .cfg. [default: the .weights beside it]", HelpName = "FILE" };

    /// <summary>Says what a bundled model can do, where no model was named: it takes every image, but knows few things.</summary>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option of the model.</param>
    /// <param name="bundled">The model that is taken without it.</param>
    /// <param name="labels">Its classes.</param>
    public static void NoteBundled(Terminal terminal, ParseResult parsed, Option option, string bundled, IReadOnlyList<string> labels)
    {
        var more = labels.Count > NamedClasses ? $", … ({labels.Count} classes)" : "";
        NoteBundled(terminal, parsed, option, bundled, $"knows only {string.Join(", ", labels.Take(NamedClasses))}{more}");
    }

    /// <param name="terminal">Where it is said.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option of the model.</param>
    /// <param name="bundled">The model that is taken without it.</param>
    /// <param name="ability">What it can do, as a verb.</param>
    public static void NoteBundled(Terminal terminal, ParseResult parsed, Option option, string bundled, string ability)
    {
        if (!parsed.IsGiven(option))
            terminal.Note($"model: {bundled}, the default, {ability}. -m takes another one; 'mlnetvision model list' shows some.");
    }

    /// <summary>The names of all models.</summary>
    public static IEnumerable<string> Names() => ModelCatalogue.Default.Entries.Select(e => e.Name);
}

/// <summary>The files that a model of the command line stands in.</summary>
internal static class ModelFiles
{
    private const string Configuration = ".cfg";
    private const string Weights = ".weights";
    private const string Names = ".names";

    /// <summary>The model's file with those beside it or named by options; none for a model that is known by name.</summary>
    public static UsedFiles Of(string model, string? weights = null, string? labels = null)
    {
        var used = new UsedFiles().Add(weights, "the file of weights").Add(labels, "the file of class names");
        if (!File.Exists(model)) return used;
        used.Add(model, "the model itself");
        return !IsDarknet(model) ? used
            : used.Add(Path.ChangeExtension(model, Configuration), "the model's network")
                .Add(Path.ChangeExtension(model, Weights), "the model's file of weights")
                .Add(Path.ChangeExtension(model, Names), "the model's file of class names");
    }

    /// <summary>Opens a model; says which option names a file that is not beside a .cfg.</summary>
    /// <exception cref="BadModelException">The model cannot be used.</exception>
    public static OnnxModel Open(Terminal terminal, string model, string? weights, string? labels)
    {
        var names = Path.ChangeExtension(model, Names);
        var nameless = false;
        if (File.Exists(model) && IsDarknet(model))
        {
            var expected = Path.ChangeExtension(model, Weights);
            if (weights is null && !File.Exists(expected))
                throw new BadModelException($"{expected}: there is no such file; --weights names the weights of {model}.");
            nameless = labels is null && !File.Exists(names);
        }
        if (model.Length == 0) throw new UsageException("-m '': expected the name or the file of a model.");
        var opened = ModelLocator.Open(model, new OpenOptions { WeightsFile = weights, LabelsFile = labels });
        // A hierarchy of classes names them too.
        if (nameless && opened.GetNames() is null) terminal.Note($"{names}: there is no such file, so classes have no names; --labels gives them.");
        return opened;
    }

    private static bool IsDarknet(string model) => HasEnding(model, Configuration) || HasEnding(model, Weights);

    private static bool HasEnding(string model, string ending) => Path.GetExtension(model).Equals(ending, StringComparison.OrdinalIgnoreCase);
}
