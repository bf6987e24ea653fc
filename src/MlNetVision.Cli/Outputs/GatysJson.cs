using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Outputs;

/// <summary>The line of JSON of a picture stylised by optimisation: as <see cref="StyleJson"/>, with the losses.</summary>
internal sealed record GatysJson(
    string Image, int Width, int Height, string? Output, double Milliseconds, int Evaluations, double Total, double Content, IReadOnlyList<double> Styles, double TotalVariation)
{
    public static GatysJson From(string image, NeuralStyleResult result, string? output, double milliseconds) => new(
        image, result.Picture.Width, result.Picture.Height, output, Math.Round(milliseconds, 1), result.Evaluations,
        result.Losses.Total, result.Losses.Content, result.Losses.Styles, result.Losses.TotalVariation);
}
