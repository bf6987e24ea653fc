using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Commands;

/// <summary><c>evaluate detector|segmenter|classifier</c>: how good a model is on annotated images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("evaluate", "Measure how good a model is on annotated images.")
    {
        EvaluateDetectorCommand.Create(terminal),
        EvaluateSegmenterCommand.Create(terminal),
        EvaluateClassifierCommand.Create(terminal),
    };
}
