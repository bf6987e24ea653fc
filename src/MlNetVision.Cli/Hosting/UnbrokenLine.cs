using Spectre.Console.Rendering;

namespace MlNetVision.Cli.Hosting;

/// <summary>A line that Spectre writes as it is: a path that is broken at the window's edge cannot be copied.</summary>
internal sealed class UnbrokenLine(string text, Spectre.Console.Style style) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new Segment(text, style), Segment.LineBreak];
}
