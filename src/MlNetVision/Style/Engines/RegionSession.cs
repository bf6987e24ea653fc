using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Pipelines;

namespace MlNetVision.Style;

/// <summary>A network that takes pictures of any size, run on rectangles of a picture; one caller at a time.</summary>
internal sealed class RegionSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string _input;
    private readonly string[] _output;
    private readonly PixelLayout _layout;
    private readonly bool _bytes;
    private Picture? _region;
    private float[] _floats = [];
    private byte[] _raw = [];

    /// <param name="model">The network, of one picture input.</param>
    /// <param name="output">The output to read, of float elements.</param>
    /// <param name="threads">Threads that one run uses.</param>
    /// <param name="sameSize">
    /// Whether most rectangles have one size, so that memory may be kept from run to run; else it goes back, since what one
    /// size leaves seldom serves another.
    /// </param>
    public RegionSession(OnnxModel model, string output, int threads, bool sameSize)
    {
        var input = model.Inputs[0];
        (_input, _output) = (input.Name, [output]);
        _layout = input.Shape[1] == 3 ? PixelLayout.Nchw : PixelLayout.Nhwc;
        _bytes = input.Type == TensorProto.Types.DataType.Uint8;
        RuntimeEnvironment.Ensure();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = sameSize,
            EnableMemoryPattern = sameSize,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(model.ToBytes(), options);
        }
        catch (OnnxRuntimeException e)
        {
            _options.Dispose();
            throw new BadModelException($"{model.Name}: ONNX Runtime refuses the network: {e.Message}", e);
        }
        Name = model.Name;
    }

    /// <summary>Takes the answer: its elements, the last axis fastest, and its shape; both are gone when it returns.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, ReadOnlySpan<long> shape);

    /// <summary>What errors call the network.</summary>
    public string Name { get; }

    /// <summary>Runs the network on a rectangle of a picture; what lies beyond the picture is its mirror image.</summary>
    public void Run(Picture photo, PixelNormalization normalization, int left, int top, int width, int height, Reader read)
    {
        var region = Cut(photo, left, top, width, height);
        long[] shape = _layout == PixelLayout.Nchw ? [1, 3, height, width] : [1, height, width, 3];
        using var input = _bytes ? PackBytes(region, normalization, shape) : PackFloats(region, normalization, shape);
        try
        {
            using var answers = _session.Run(_options, [_input], [input], _output);
            read(answers[0].GetTensorDataAsSpan<float>(), answers[0].GetTensorTypeAndShape().Shape);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BadModelException($"{Name}: the network cannot be run on {width}×{height} pixels: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _region?.Dispose();
    }

    private Picture Cut(Picture photo, int left, int top, int width, int height)
    {
        if (left == 0 && top == 0 && width == photo.Width && height == photo.Height) return photo;
        if (_region?.Width != width || _region.Height != height)
        {
            _region?.Dispose();
            _region = Picture.Uninitialized(width, height);
        }
        var inside = Math.Min(width, photo.Width - left);
        for (var y = 0; y < height; y++)
        {
            var from = photo.Words.Slice(Mirror.Index(top + y, photo.Height) * photo.Width, photo.Width);
            var to = _region.Words.Slice(y * width, width);
            from.Slice(left, inside).CopyTo(to);
            for (var x = inside; x < width; x++) to[x] = from[Mirror.Index(left + x, photo.Width)];
        }
        return _region;
    }

    private OrtValue PackFloats(Picture region, PixelNormalization normalization, long[] shape)
    {
        var length = 3 * region.Width * region.Height;
        if (_floats.Length != length) _floats = new float[length];
        TensorPacker.Pack(region, _floats, _layout, normalization);
        return OrtValue.CreateTensorValueFromMemory(_floats, shape);
    }

    private OrtValue PackBytes(Picture region, PixelNormalization normalization, long[] shape)
    {
        var length = 3 * region.Width * region.Height;
        if (_raw.Length != length) _raw = new byte[length];
        TensorPacker.Pack(region, _raw, _layout, normalization.Bgr);
        return OrtValue.CreateTensorValueFromMemory(_raw, shape);
    }
}
