using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace MlNetVision.Benchmarks;

/// <summary>
/// The same detector as OpenCV's users write it: <c>imread</c>, <c>blobFromImage</c> (which stretches), <c>forward</c>,
/// boxes, <c>NMSBoxes</c>. A Darknet network comes from the same files as ours, another one from its ONNX bytes; OpenCV
/// leaves the grids of the latter raw, and our parser decodes them.
/// </summary>
internal sealed class OpenCvDetector : IDisposable
{
    private readonly ObjectDetector _like;
    private readonly NetworkInput _input;
    private readonly Net _net;
    private readonly string[] _outputs;
    private readonly YoloGridParser? _parser;

    public OpenCvDetector(string model, ObjectDetector like)
    {
        _like = like;
        _input = NetworkInput.Of(like.Model);
        var darknet = Path.GetExtension(model) == ".cfg";
        _net = (darknet ? CvDnn.ReadNetFromDarknet(model, Path.ChangeExtension(model, ".weights")) : CvDnn.ReadNetFromOnnx(like.Model.ToBytes()))
            ?? throw new BadModelException($"{model}: OpenCV cannot read the network.");
        _net.SetPreferableBackend(Backend.OPENCV);
        _net.SetPreferableTarget(Target.CPU);
        var heads = like.Model.GetYoloHeads()!;
        _outputs = darknet ? [.. _net.GetUnconnectedOutLayersNames().Select(n => n!)] : [.. heads.Select(h => h.Output)];
        _parser = darknet ? null : new YoloGridParser(heads, like.Labels, _input.Width, _input.Height);
    }

    public int Detect(string path)
    {
        using var image = Cv2.ImRead(path);
        using var blob = Blob(image);
        _net.SetInput(blob);
        var outputs = _outputs.Select(_ => new Mat()).ToArray();
        try
        {
            _net.Forward(outputs, _outputs);
            return _parser is null ? Boxes(outputs, image) : Parsed(_parser, outputs, image);
        }
        finally
        {
            foreach (var output in outputs) output.Dispose();
        }
    }

    public Mat Blob(Mat image) => CvDnn.BlobFromImage(image, 1 / 255.0, new Size(_input.Width, _input.Height), default, swapRB: true, crop: false);

    public void Dispose() => _net.Dispose();

    /// <summary>OpenCV's head layers give rows of centre, size (fractions of the image), objectness and scores.</summary>
    private int Boxes(Mat[] outputs, Mat image)
    {
        List<Rect2d> boxes = [];
        List<float> scores = [];
        foreach (var output in outputs)
        {
            var length = output.Cols;
            var values = Floats(output);
            for (var row = 0; row < values.Length; row += length)
            {
                var classes = values.Slice(row + 5, length - 5);
                var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(classes);
                if (classes[best] < _like.Options.Confidence) continue;
                var (width, height) = (values[row + 2] * image.Width, values[row + 3] * image.Height);
                boxes.Add(new Rect2d(values[row] * image.Width - width / 2, values[row + 1] * image.Height - height / 2, width, height));
                scores.Add(classes[best]);
            }
        }
        CvDnn.NMSBoxes(boxes, scores, _like.Options.Confidence, _like.Options.Suppression.IoU, out var kept);
        return kept.Length;
    }

    private int Parsed(YoloGridParser parser, Mat[] outputs, Mat image)
    {
        var geometry = ImageGeometry.For(ResizeMode.Stretch, image.Width, image.Height, _input.Width, _input.Height);
        List<Detection.Detection> candidates = [];
        for (var i = 0; i < outputs.Length; i++)
            parser.Decode(i, Floats(outputs[i]), new YoloGridShape(outputs[i].Size(1), outputs[i].Size(2), outputs[i].Size(3)), geometry, _like.Options, candidates);
        return parser.Select(candidates, geometry, _like.Options).Count;
    }

    private static unsafe ReadOnlySpan<float> Floats(Mat values) => new((void*)values.Data, (int)values.Total());
}
