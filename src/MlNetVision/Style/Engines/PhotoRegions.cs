using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Style;

/// <summary>The source of a tiled run: an image, or the feature map of one.</summary>
internal interface IRegionSource
{
    int Width { get; }

    int Height { get; }

    /// <summary>A rectangle as the network's input; valid until the next call, and the caller disposes it.</summary>
    OrtValue Region(int left, int top, int width, int height);

    /// <summary>Releases the rows above a row.</summary>
    void Forget(int row);
}

/// <summary>An image as a network's input, mirrored beyond its right and lower border.</summary>
/// <param name="photo">The image, which is neither changed nor disposed.</param>
/// <param name="input">The network's input.</param>
/// <param name="normalization">The input normalisation.</param>
/// <param name="width">The width with the mirrored border.</param>
/// <param name="height">The height likewise.</param>
internal sealed class PhotoRegions(RgbImage photo, OnnxValue input, PixelNormalization normalization, int width, int height)
    : IRegionSource, IDisposable
{
    private readonly PixelLayout _layout = InputShape.Layout(input.Shape) ?? PixelLayout.Nhwc;
    private readonly bool _isBytes = input.Type == TensorProto.Types.DataType.Uint8;
    private RgbImage? _region;
    private float[] _floats = [];
    private byte[] _raw = [];

    public int Width => width;

    public int Height => height;

    public OrtValue Region(int left, int top, int width, int height)
    {
        var region = Cut(left, top, width, height);
        long[] shape = _layout == PixelLayout.Nchw ? [1, 3, height, width] : [1, height, width, 3];
        var length = 3 * width * height;
        if (_isBytes)
        {
            if (_raw.Length != length) _raw = new byte[length];
            TensorPacker.Pack(region, _raw, _layout, normalization.Bgr);
            return OrtValue.CreateTensorValueFromMemory(_raw, shape);
        }
        if (_floats.Length != length) _floats = new float[length];
        TensorPacker.Pack(region, _floats, _layout, normalization);
        return OrtValue.CreateTensorValueFromMemory(_floats, shape);
    }

    public void Forget(int row)
    {
    }

    public void Dispose() => _region?.Dispose();

    private RgbImage Cut(int left, int top, int width, int height)
    {
        if (left == 0 && top == 0 && width == photo.Width && height == photo.Height) return photo;
        if (_region?.Width != width || _region.Height != height)
        {
            _region?.Dispose();
            _region = RgbImage.Uninitialized(width, height);
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
}
