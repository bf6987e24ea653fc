using System.CommandLine;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--preprocess NAME</c>: what a network takes pixels as.</summary>
internal static class PreprocessOption
{
    /// <param name="description">What help says of it, with the default.</param>
    public static Option<string?> Create(string description)
    {
        var names = PixelNormalization.Presets.Select(p => p.Name).ToList();
        var option = new Option<string?>("--preprocess") { Description = description, HelpName = $"{string.Join('|', names)}|rgb:MEANS:DEVIATIONS" };
        option.CompletionSources.Add(_ => names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        option.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens is [var given, ..]) PixelNormalization.Parse(given.Value);
            }
            catch (ArgumentException e)
            {
                result.AddError($"{option.Name} '{result.Tokens[0].Value}': {e.Message.Split(" (Parameter", StringSplitOptions.None)[0]}");
            }
        });
        return option;
    }
}
