using BenchmarkDotNet.Running;
using MlNetVision.Benchmarks;

return args switch
{
    ["throughput", .. var rest] => ThroughputCommand.Run(BenchmarkArguments.Parse(rest)),
    ["segmentation", .. var rest] => SegmentationCommand.Run(BenchmarkArguments.Parse(rest)),
    ["heads", .. var rest] => HeadsCommand.Run(BenchmarkArguments.Parse(rest)),
    ["features", .. var rest] => FeaturesCommand.Run(BenchmarkArguments.Parse(rest)),
    ["training"] => TrainingCommand.Run(),
    ["gradients", .. var rest] => GradientsCommand.Run(BenchmarkArguments.Parse(rest)),
    ["memory", .. var rest] => MemoryCommand.Run(BenchmarkArguments.Parse(rest)),
    ["style", .. var rest] => StyleCommand.Run(BenchmarkArguments.Parse(rest)),
    ["gatys", var shared] => GatysCommand.Run(shared),
    ["training-vs-pytorch", .. var rest] => TrainingVsPyTorchCommand.Run(BenchmarkArguments.Parse(rest)),
    ["training-child", var threads, var what] => TrainingVsPyTorchCommand.Child(int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture), what),
    ["tiles", .. var rest] => TilesCommand.Run(BenchmarkArguments.Parse(rest)),
    ["tiles-child", var photo, var model] => TilesCommand.Measure(photo, model),
    _ => BenchmarkSwitcher.FromAssembly(typeof(ThroughputCommand).Assembly).Run(args).Any() ? 0 : 1,
};
