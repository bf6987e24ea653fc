namespace MlNetVision.Imaging;

/// <summary>A rectangle of an image that is being written.</summary>
internal readonly record struct ImageRegion(RgbImage Image, int Left, int Top, int Width, int Height)
{
    /// <summary>The pixels of one row of the rectangle.</summary>
    public Span<uint> Row(int y) => Image.Words.Slice((Top + y) * Image.Width + Left, Width);

    /// <summary>Fills the pixels outside the rectangle with one value.</summary>
    public void FillOutside(uint pixel)
    {
        var words = Image.Words;
        var stride = Image.Width;
        words[..(Top * stride)].Fill(pixel);
        words[((Top + Height) * stride)..].Fill(pixel);
        if (Width == stride) return;
        for (var y = Top; y < Top + Height; y++)
        {
            var row = words.Slice(y * stride, stride);
            row[..Left].Fill(pixel);
            row[(Left + Width)..].Fill(pixel);
        }
    }

    /// <summary>Fills the pixels outside the rectangle by mirroring it at its outermost rows and columns.</summary>
    public void MirrorOutside()
    {
        var words = Image.Words;
        var stride = Image.Width;
        if (Width < stride)
        {
            for (var y = Top; y < Top + Height; y++)
            {
                var row = words.Slice(y * stride, stride);
                for (var x = 0; x < Left; x++) row[x] = row[Left + Mirror.Index(x - Left, Width)];
                for (var x = Left + Width; x < stride; x++) row[x] = row[Left + Mirror.Index(x - Left, Width)];
            }
        }
        for (var y = 0; y < Image.Height; y++)
        {
            if (y >= Top && y < Top + Height) continue;
            words.Slice((Top + Mirror.Index(y - Top, Height)) * stride, stride).CopyTo(words.Slice(y * stride, stride));
        }
    }

    /// <summary>Copies the source from a pixel on.</summary>
    public void CopyFrom(RgbImage source, int fromX, int fromY)
    {
        var words = source.Words;
        for (var y = 0; y < Height; y++) words.Slice((fromY + y) * source.Width + fromX, Width).CopyTo(Row(y));
        GC.KeepAlive(source);
    }

    /// <summary>Copies the source's pixels at the crossings of columns and rows.</summary>
    public void Pick(RgbImage source, ReadOnlySpan<int> columns, ReadOnlySpan<int> rows)
    {
        var words = source.Words;
        for (var y = 0; y < Height; y++)
        {
            if (y > 0 && rows[y] == rows[y - 1])
            {
                Row(y - 1).CopyTo(Row(y));
                continue;
            }
            var from = words.Slice(rows[y] * source.Width, source.Width);
            var to = Row(y);
            for (var x = 0; x < to.Length; x++) to[x] = from[columns[x]];
        }
        GC.KeepAlive(source);
    }
}

/// <summary>Reflection at the outermost elements of a row, which are not repeated: … 2 1 | 0 1 2 … n−1 | n−2 n−3 …, of period 2(n − 1).</summary>
internal static class Mirror
{
    /// <summary>The index in a row of <paramref name="length"/> for a position within or beyond it.</summary>
    public static int Index(long position, int length)
    {
        if (length == 1) return 0;
        var period = 2L * (length - 1);
        var at = position % period;
        if (at < 0) at += period;
        return (int)(at < length ? at : period - at);
    }
}
