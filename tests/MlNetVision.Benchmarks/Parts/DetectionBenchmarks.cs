using BenchmarkDotNet.Attributes;
using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary>From the tensor to the boxes: the bundled detector on the bundled smear.</summary>
[MemoryDiagnoser]
public class DetectionBenchmarks
{
    private BenchmarkFiles? _files;
    private ObjectDetector? _detector;
    private PipelineStage? _stage;
    private Contender? _network;

    /// <summary>Opens the detector and runs it once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _files = new BenchmarkFiles();
        _detector = ObjectDetector.Load(BenchmarkFiles.BloodCells);
        _stage = new PipelineStage(_detector, _files.Smear());
        _network = NetworkAlone.AllThreads(_detector.Model);
    }

    /// <summary><c>InferenceSession.Run</c> alone.</summary>
    [Benchmark(Baseline = true)]
    public int Network() => _network!.Run([""]);

    /// <summary>Raw grids to candidates.</summary>
    [Benchmark]
    public void DecodeGrids() => _stage!.DecodeGrids();

    /// <summary>Non-maximum suppression and clipping.</summary>
    [Benchmark]
    public void Suppress() => _stage!.Suppress();

    /// <summary>Frees what the setup made.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _network?.Dispose();
        _stage?.Dispose();
        _detector?.Dispose();
        _files?.Dispose();
    }
}
