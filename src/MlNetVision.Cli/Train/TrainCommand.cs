using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Train;

/// <summary><c>train classifier</c> and <c>train style</c>: make models of images.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("train", "Train a model on images.")
    {
        TrainClassifierCommand.Create(terminal),
        TrainStyleCommand.Create(terminal),
    };
}
