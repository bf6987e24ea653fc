using BenchmarkDotNet.Attributes;
using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Benchmarks;

/// <summary>From the file to the tensor: a JPEG of 768×576 for a network of 416×416.</summary>
[MemoryDiagnoser]
public class PictureBenchmarks
{
    private BenchmarkFiles? _files;
    private string _path = "";
    private ObjectDetector? _detector;
    private PipelineStage? _stage;

    /// <summary>Makes the network and the picture.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _files = new BenchmarkFiles();
        _path = _files.Smear();
        _detector = ObjectDetector.Load(_files.Network("slim", 0.25, 1));
        _stage = new PipelineStage(_detector, _path);
    }

    /// <summary>Read and decode.</summary>
    [Benchmark]
    public void Decode() => Picture.Load(_path).Dispose();

    /// <summary>Letterbox.</summary>
    [Benchmark]
    public void Resize() => _stage!.Resize();

    /// <summary>Bytes to normalised planes of floats.</summary>
    [Benchmark]
    public void Pack() => _stage!.Pack();

    /// <summary>Frees what the setup made.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _stage?.Dispose();
        _detector?.Dispose();
        _files?.Dispose();
    }
}
