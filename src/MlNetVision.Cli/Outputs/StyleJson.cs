namespace MlNetVision.Cli.Outputs;

/// <summary>The line of JSON of one stylised image; without a folder to write to it has no output.</summary>
internal sealed record StyleJson(string Image, int Width, int Height, string? Output, double Milliseconds);
