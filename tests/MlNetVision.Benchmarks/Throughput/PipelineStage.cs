using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Benchmarks;

/// <summary>One image at every stage on its way through a detector, each of which can be done again alone.</summary>
internal sealed class PipelineStage : IDisposable
{
    private readonly ObjectDetector _detector;
    private readonly string _path;
    private readonly DetectionNetwork _network;
    private readonly PixelNormalization _normalization;
    private readonly DetectionParser _parser;
    private readonly NetworkInput _input;
    private readonly RgbImage _resized;
    private readonly float[] _tensor;
    private readonly HeadValues[] _outputs;
    private readonly List<DetectionCandidate> _buffer = [];
    private readonly List<Detection.Detection> _candidates = [];
    private RgbImage _image;
    private ImageGeometry _geometry;

    public PipelineStage(ObjectDetector detector, string path)
    {
        (_detector, _path) = (detector, path);
        _network = DetectionNetwork.Of(detector.Model, new ObjectDetectorOptions());
        _normalization = PixelNormalization.Parse(_network.Settings.Preprocess);
        _parser = _network.Settings.CreateParser();
        _input = _network.Input;
        _image = RgbImage.Load(path);
        _resized = new RgbImage(_input.Width, _input.Height);
        _tensor = new float[_input.Length];
        Resize();
        using var session = new NetworkSession(_network.Model, _input, [.. _network.Settings.Outputs.Select(o => o.Name)], 1);
        using var run = session.Rent();
        ImageResizer.Resize(_image, run.Resized, _detector.Resize);
        _outputs = [.. run.Run(_normalization).Select(o => new HeadValues(o.Floats.ToArray(), o.Shape))];
        DecodeGrids();
    }

    public void Load()
    {
        _image.Dispose();
        _image = RgbImage.Load(_path);
    }

    public void Resize() => _geometry = ImageResizer.Resize(_image, _resized, _detector.Resize);

    public void Pack() => TensorPacker.Pack(_resized, _tensor, _input.Layout, _normalization);

    public void DecodeGrids()
    {
        _candidates.Clear();
        _parser.Decode(_outputs, _geometry, _detector.Options, _buffer, _candidates);
    }

    public void Suppress() => _parser.Select(_candidates, _geometry, _detector.Options);

    public void Dispose()
    {
        _image.Dispose();
        _resized.Dispose();
    }
}
