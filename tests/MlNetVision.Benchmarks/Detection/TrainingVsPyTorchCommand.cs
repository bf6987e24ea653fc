using System.Diagnostics;
using System.Globalization;
using MlNetVision.Gradients;
using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Benchmarks;

/// <summary>
/// <c>training-vs-pytorch</c>: a training step of the network <c>small</c> (seven convolutions with batch normalisation, 8 images of 320×320, mean of squares as
/// its loss) beside PyTorch's, in turns in one run, each in a process of its own. Prints the ratio of times, of peak memory, and of the step to its own
/// forward pass.
/// </summary>
internal static class TrainingVsPyTorchCommand
{
    private const string Step = "step";
    private const string Forward = "forward";
    private const int WarmUp = 2;

    public static int Run(BenchmarkArguments arguments)
    {
        var threads = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        var program = typeof(TrainingVsPyTorchCommand).Assembly.Location;
        using var ours = Stepper.Start(Environment.ProcessPath!, program, "training-child", threads, Step);
        using var passes = Stepper.Start(Environment.ProcessPath!, program, "training-child", threads, Forward);
        using var torch = Stepper.Start("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Detection", "training_step.py"), threads);
        Console.WriteLine($"{ours.Title}\n{torch.Title}\n");
        List<double> step = [], forward = [], theirs = [];
        for (var round = 0; round < arguments.Rounds + WarmUp; round++)
        {
            var (s, f, t) = (ours.Time(Step), passes.Time(Step), torch.Time(Step));
            if (round < WarmUp) continue;
            step.Add(s);
            forward.Add(f);
            theirs.Add(t);
        }
        var (memory, theirMemory) = (ours.End(), torch.End());
        passes.End();
        Console.WriteLine("| | ours ÷ PyTorch, median | least ÷ least |\n|---|---:|---:|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| time of a step ({Median(step):0} ms, {Median(theirs):0} ms) | {Median(step) / Median(theirs):0.00} | {step.Min() / theirs.Min():0.00} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| peak memory ({memory:0} MiB, {theirMemory:0} MiB) | {memory / theirMemory:0.00} | |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nStep ÷ its own forward pass: {Median(step) / Median(forward):0.00} (least ÷ least {step.Min() / forward.Min():0.00})"));
        return 0;
    }

    /// <summary>Our side, in a process of its own; the same protocol as the script's.</summary>
    /// <param name="threads">The number of threads.</param>
    /// <param name="what"><c>step</c>, or <c>forward</c>: normalised by running statistics, with the gradient of the last bias alone.</param>
    public static int Child(int threads, string what)
    {
        var network = DarknetTrainingNetwork.Parse(DarknetNetworks.Get("small"), "small");
        var model = network.Model.Clone();
        LossGraph.AddMeanSquaredError(model, "grid_0", new MeanSquaredErrorOptions { Target = "target", Output = "loss" });
        var parameters = what == Step ? network.Parameters : [$"{network.Layers[^2].Name}/bias"];
        using var session = new GradientSession(TrainingGraph.Differentiate(model, "loss", parameters), new() { Threads = threads });
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, 8 * 3 * 320 * 320).Select(_ => random.NextSingle())];
        var feeds = new Dictionary<string, TrainingFeed>
        {
            ["image"] = TrainingFeed.Of<float>(pixels, 8, 3, 320, 320), ["target"] = TrainingFeed.Of<float>(new float[8 * 40 * 20 * 20], 8, 40, 20, 20),
        };
        Console.WriteLine($"ONNX Runtime {typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly.GetName().Version}, {threads} threads");
        while (Console.ReadLine() is not null)
        {
            var clock = Stopwatch.StartNew();
            session.Step(feeds);
            Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture));
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine((process.PeakWorkingSet64 / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture));
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>A process that runs a step for each line that it reads.</summary>
    private sealed class Stepper : IDisposable
    {
        private readonly Process _process;

        private Stepper(Process process) => (_process, Title) = (process, process.StandardOutput.ReadLine() ?? "");

        public string Title { get; }

        public static Stepper Start(string program, params string[] arguments) =>
            new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!);

        public double Time(string what)
        {
            _process.StandardInput.WriteLine(what);
            _process.StandardInput.Flush();
            return Number();
        }

        /// <summary>Ends it; gives its peak memory in MiB.</summary>
        public double End()
        {
            _process.StandardInput.Close();
            var memory = Number();
            _process.WaitForExit();
            return memory;
        }

        public void Dispose() => _process.Dispose();

        private double Number() => double.Parse(
            _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process ended; python3-torch (Debian) is needed."), CultureInfo.InvariantCulture);
    }
}
