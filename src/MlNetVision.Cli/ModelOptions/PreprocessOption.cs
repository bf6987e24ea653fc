using System.CommandLine;
using System.CommandLine.Completions;
using MlNetVision.Cli.Hosting;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.ModelOptions;

/// <summary><c>--preprocess NAME</c> and <c>--resize MODE</c>: how an image becomes the network's input.</summary>
internal static class PreprocessOption
{
    /// <param name="remark">What help says of the default, and what is special.</param>
    /// <param name="start">The first words of the description.</param>
    public static Option<string?> Create(string remark, string start = "Input normalisation")
    {
        var names = PixelNormalization.Presets.Select(p => p.Name).ToList();
        var option = new Option<string?>("--preprocess")
        {
            Description = $"{start}: {string.Join(", ", names)}, or rgb:MEANS:DEVIATIONS or bgr:MEANS:DEVIATIONS "
                + $"with three numbers each, on the scale of pixels, 0 to 255, or grey:MEAN:DEVIATION. {remark}",
            HelpName = "NAME",
        };
        option.CompletionSources.Add(_ => names.Select(n => new CompletionItem(n)));
        option.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens is [var given, ..]) PixelNormalization.Parse(given.Value);
            }
            catch (ArgumentException e)
            {
                result.AddError($"{option.Name} '{result.Tokens[0].Value}': {Failure.Describe(e)}");
            }
        });
        return option;
    }

    /// <param name="mode">The default where neither the user nor the model names one.</param>
    public static Option<string?> CreateResize(string mode) =>
        ChoiceOption.Create<ResizeMode>("--resize", $"How an image is brought to the network's size. [default: as the model says, else {mode}]");
}
