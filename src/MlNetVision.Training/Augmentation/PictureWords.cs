using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>The pixels of an image as one value each: red in the lowest byte, then green, blue, alpha.</summary>
internal static class PictureWords
{
    /// <summary>All pixels, row after row from the top. The picture must outlive the span.</summary>
    public static Span<uint> Words(this Picture picture) => MemoryMarshal.Cast<byte, uint>(picture.Pixels);

    /// <summary>An opaque pixel of a colour.</summary>
    public static uint Of(RgbColor color) => color.Red | (uint)color.Green << 8 | (uint)color.Blue << 16 | 0xFF000000;

    /// <summary>The four channels of a pixel, 0–255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Channels(uint pixel)
    {
        var bytes = Vector128.CreateScalarUnsafe(pixel).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }
}
