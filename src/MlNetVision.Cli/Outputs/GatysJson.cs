using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Outputs;

/// <summary>The line of JSON of an image stylised by optimisation: as <see cref="StyleJson"/>, with the losses, which add up to the total.</summary>
internal sealed record GatysJson(
    string Image, int Width, int Height, string? Output, double Milliseconds, int Evaluations, double Total, double Content, IReadOnlyList<double> Styles, double TotalVariation)
{
    public static GatysJson From(string image, NeuralStyleResult result, string? output, double milliseconds)
    {
        var terms = result.Losses.Weighted ?? result.Losses;
        return new GatysJson(
            image, result.Image.Width, result.Image.Height, output, Math.Round(milliseconds, 1), result.Evaluations, terms.Total, terms.Content, terms.Styles, terms.TotalVariation);
    }
}
