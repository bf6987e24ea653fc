using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Gradients;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Benchmarks;

/// <summary>
/// <c>gradients</c>: a training step of a block of VGG16 beside its forward pass: with the weights as inputs, as in training, and with them stored,
/// where ONNX Runtime lays them out for its blocked convolution ahead of the run. One Markdown table for each number of threads.
/// </summary>
internal static class GradientsCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            Console.WriteLine($"\n| {threads} threads | step ÷ forward | step ÷ forward, weights stored | CPU ÷ CPU forward | CPU ÷ CPU forward, weights stored | least ÷ least forward | step ms |\n|---|---:|---:|---:|---:|---:|---:|");
            foreach (var block in VggBlock.All)
            {
                Measure(block, threads, arguments.Rounds, image: false);
                Measure(block, threads, arguments.Rounds, image: true);
            }
        }
        return 0;
    }

    private static void Measure(VggBlock block, int threads, int rounds, bool image)
    {
        List<Contender> contenders = [Forward(block, threads, stored: false), Forward(block, threads, stored: true), Step(block, threads, image)];
        var samples = Rounds.Measure(contenders, [block.Name], rounds);
        var (forward, stored, step) = (samples[contenders[0].Name], samples[contenders[1].Name], samples[contenders[2].Name]);
        var name = image ? $"{block.Name}, gradient of its input too" : block.Name;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {step.Median.Wall / forward.Median.Wall:F2} | {step.Median.Wall / stored.Median.Wall:F2} | {step.Median.Cpu / forward.Median.Cpu:F2} | {step.Median.Cpu / stored.Median.Cpu:F2} | {step.Least.Wall / forward.Least.Wall:F2} | {step.Median.Wall:F0} |"));
        contenders.ForEach(c => c.Dispose());
    }

    private static Contender Forward(VggBlock block, int threads, bool stored)
    {
        var model = block.Build(loss: false);
        var weights = model.Graph.Initializer.ToArray();
        if (!stored)
        {
            model.Graph.Initializer.Clear();
            model.Graph.Input.AddRange(weights.Select(w => OnnxValue.Info(w.Name, TensorProto.Types.DataType.Float, [.. w.Dims])));
        }
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        var session = new InferenceSession(model.ToBytes(), options);
        var run = new RunOptions();
        var names = session.InputNames.ToArray();
        OrtValue[] values = [.. session.InputNames.Select(n => OrtValue.CreateTensorValueFromMemory(
            VggBlock.Noise((int)model.Inputs.Single(i => i.Name == n).Shape.Aggregate(1L, (a, b) => a * b!.Value), 1, 0.03f), [.. model.Inputs.Single(i => i.Name == n).Shape.Select(d => d!.Value)]))];
        return new Contender(stored ? "forward, weights stored" : "forward", _ =>
        {
            using var outputs = session.Run(run, names, values, session.OutputNames);
            return 0;
        }, session);
    }

    private static Contender Step(VggBlock block, int threads, bool image)
    {
        var options = new TrainingGraphOptions { WithRespectTo = image ? ["x"] : [] };
        var session = new GradientSession(TrainingGraph.Differentiate(block.Build(loss: true), "loss", VggBlock.Parameters, options), new() { Threads = threads });
        var x = VggBlock.Noise((int)block.InputShape.Aggregate(1L, (a, b) => a * b), 1, 1);
        var feeds = new Dictionary<string, TrainingFeed> { ["x"] = TrainingFeed.Of<float>(x, block.InputShape) };
        return new Contender("step", _ =>
        {
            session.Step(feeds);
            return 0;
        }, session);
    }
}
