using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Train;

/// <summary><c>train classifier</c>, <c>train detector</c> and <c>train style</c>: make models of images.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("train", "Train a model on images.")
    {
        TrainClassifierCommand.Create(terminal),
        TrainDetectorCommand.Create(terminal),
        TrainStyleCommand.Create(terminal),
    };
}
