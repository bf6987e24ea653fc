using System.CommandLine;
using MlNetVision.Models;

namespace MlNetVision.Cli.Commands;

/// <summary><c>-m MODEL</c>, completed by the names of the catalogue.</summary>
internal static class ModelOption
{
    private static string Forms => $"a name that 'mlnetvision model list' shows, or an {ModelLocator.Endings} file";

    public static Option<string> Create(string? bundled)
    {
        var option = new Option<string>("--model", "-m")
        {
            Description = $"The model: {Forms}.",
            HelpName = "MODEL",
            Required = bundled is null,
        };
        if (bundled is not null) option.DefaultValueFactory = _ => bundled;
        option.CompletionSources.Add(_ => Names());
        return option;
    }

    public static Argument<string> CreateArgument()
    {
        var argument = new Argument<string>("MODEL") { HelpName = "MODEL", Description = $"The model: {Forms}." };
        argument.CompletionSources.Add(_ => Names());
        return argument;
    }

    private static IEnumerable<string> Names() => ModelCatalogue.Default.Entries.Select(e => e.Name);
}
