using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>
/// Crop, flips, rotation and resize as one affine map from target to source positions. Each target pixel is a triangle-weighted
/// mean around its source position, as wide as its footprint there; without rotation this is <see cref="Resampler.Area"/>.
/// </summary>
internal sealed class AffineSampler
{
    private readonly RgbImage _source;
    private readonly RgbImage _target;
    // Source position = origin + x · alongX + y · alongY, at the target pixel's centre.
    private readonly (double X, double Y) _origin;
    private readonly (double X, double Y) _alongX;
    private readonly (double X, double Y) _alongY;
    private readonly double _halfX;
    private readonly double _halfY;

    public AffineSampler(RgbImage source, RgbImage target, Augmentation augmentation)
    {
        (_source, _target) = (source, target);
        var crop = augmentation.Crop;
        var (sin, cos) = Math.SinCos(augmentation.Degrees * Math.PI / 180);
        var x = crop.Width / target.Width * (augmentation.FlipHorizontally ? -1 : 1);
        var y = crop.Height / target.Height * (augmentation.FlipVertically ? -1 : 1);
        // The image turns anticlockwise when source positions turn clockwise; y points down.
        (_alongX, _alongY) = ((x * cos, x * sin), (-y * sin, y * cos));
        var (middleX, middleY) = ((target.Width - 1) / 2.0, (target.Height - 1) / 2.0);
        _origin = (crop.Left + crop.Width / 2 - middleX * _alongX.X - middleY * _alongY.X,
            crop.Top + crop.Height / 2 - middleX * _alongX.Y - middleY * _alongY.Y);
        _halfX = Math.Max(1, Math.Sqrt(_alongX.X * _alongX.X + _alongY.X * _alongY.X));
        _halfY = Math.Max(1, Math.Sqrt(_alongX.Y * _alongX.Y + _alongY.Y * _alongY.Y));
    }

    /// <summary>Writes every pixel of the target. Beyond the source's edges: the mirrored source, or 0, which no opaque pixel is.</summary>
    public void Fill(bool mirror)
    {
        var columns = new float[TapCount(_halfX, _source.Width)];
        var rows = new float[TapCount(_halfY, _source.Height)];
        for (var y = 0; y < _target.Height; y++)
        {
            var line = _target.Words.Slice(y * _target.Width, _target.Width);
            for (var x = 0; x < line.Length; x++)
            {
                var u = _origin.X + x * _alongX.X + y * _alongY.X;
                var v = _origin.Y + x * _alongX.Y + y * _alongY.Y;
                var inside = u >= 0 && u <= _source.Width && v >= 0 && v <= _source.Height;
                line[x] = inside || mirror ? Sample(Mirror(u, _source.Width), Mirror(v, _source.Height), columns, rows) : 0;
            }
        }
        GC.KeepAlive(_source);
        GC.KeepAlive(_target);
    }

    private static int TapCount(double half, int length) => (int)Math.Min(length, (long)Math.Ceiling(half) * 2 + 1);

    /// <summary>… c b a | a b c | c b a …</summary>
    private static double Mirror(double at, int length)
    {
        if (at >= 0 && at <= length) return at;
        at -= Math.Floor(at / (2.0 * length)) * 2 * length;
        return at <= length ? at : 2.0 * length - at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint Sample(double u, double v, float[] columns, float[] rows)
    {
        var left = Weigh(u, _halfX, _source.Width, columns);
        var top = Weigh(v, _halfY, _source.Height, rows);
        var sum = Vector128<float>.Zero;
        for (var j = 0; j < rows.Length; j++)
        {
            if (rows[j] == 0) continue;
            var pixels = _source.Words.Slice((top + j) * _source.Width + left, columns.Length);
            var across = Vector128<float>.Zero;
            for (var i = 0; i < pixels.Length; i++) across += Channels(pixels[i]) * columns[i];
            sum += across * rows[j];
        }
        var rounded = Vector128.ConvertToInt32(sum + Vector128.Create(0.5f));
        var shorts = Vector128.Narrow(rounded, rounded);
        return Vector128.Narrow(shorts, shorts).AsUInt32().ToScalar() | 0xFF000000;
    }

    /// <summary>The four channels of a pixel, 0–255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Channels(uint pixel) =>
        Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixel).AsByte())).AsInt32());

    /// <summary>The weights of the source pixels around a position; they add up to 1. Returns the first pixel.</summary>
    private static int Weigh(double centre, double half, int length, Span<float> weights)
    {
        var start = (int)Math.Clamp(Math.Floor(centre - half + 0.5), 0, length - weights.Length);
        var sum = 0f;
        for (var t = 0; t < weights.Length; t++) sum += weights[t] = (float)Math.Max(0, 1 - Math.Abs(start + t + 0.5 - centre) / half);
        for (var t = 0; t < weights.Length; t++) weights[t] /= sum;
        return start;
    }
}
