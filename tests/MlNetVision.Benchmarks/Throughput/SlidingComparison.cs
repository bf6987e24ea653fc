using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Benchmarks;

/// <summary>A classifier over all windows of an image twice as wide and high: each window by itself, and all at once by the network that slides.</summary>
internal static class SlidingComparison
{
    public static void Run(string model, int rounds)
    {
        var classifier = ModelLocator.Open(model);
        SlidingNetwork sliding;
        try
        {
            sliding = SlidingNetwork.Of(classifier);
        }
        catch (BadModelException e)
        {
            Console.WriteLine($"\nsliding is left out: {e.Message}");
            return;
        }
        var (width, height) = (2 * sliding.WindowWidth, 2 * sliding.WindowHeight);
        var (columns, rows) = (1 + (int)(sliding.WindowWidth / sliding.X.Stride), 1 + (int)(sliding.WindowHeight / sliding.Y.Stride));
        // One run of the sliding network stands for all windows of an image.
        List<Contender> contenders =
        [
            Prepare($"{columns * rows} windows cut out", classifier, sliding.WindowWidth, sliding.WindowHeight, columns * rows),
            Prepare("sliding", sliding.Model, width, height, 1),
        ];
        var samples = Rounds.Measure(contenders, ["image"], Math.Min(rounds, 5));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n| {width}×{height} in windows of {sliding.WindowWidth}×{sliding.WindowHeight} | time ÷ sliding | ms |\n|---|---:|---:|"));
        var one = samples["sliding"].Median.Wall;
        foreach (var (name, (s, _)) in samples) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {s.Wall / one:F1} | {s.Wall:F1} |"));
        contenders.ForEach(c => c.Dispose());
    }

    private static Contender Prepare(string name, OnnxModel model, int width, int height, int runs)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var session = new InferenceSession(FloatEnds.Widen(model).ToBytes(), options);
        var input = model.Inputs[0];
        var planar = InputShape.Layout(input.Shape) == PixelLayout.Nchw;
        long[] shape = planar ? [1, 3, height, width] : [1, height, width, 3];
        var value = input.Type == Onnx.Proto.TensorProto.Types.DataType.Uint8
            ? OrtValue.CreateTensorValueFromMemory(new byte[3 * height * width], shape)
            : OrtValue.CreateTensorValueFromMemory(new float[3 * height * width], shape);
        var run = new RunOptions();
        return new(name, _ =>
        {
            for (var i = 0; i < runs; i++) session.Run(run, [input.Name], [value], session.OutputNames).Dispose();
            return runs;
        }, session);
    }
}
