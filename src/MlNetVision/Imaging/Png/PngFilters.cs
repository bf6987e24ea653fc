using System.Numerics.Tensors;

namespace MlNetVision.Imaging;

/// <summary>Undoes the filters of PNG's rows (specification, section 9).</summary>
internal static class PngFilters
{
    /// <summary>Turns a filtered row into samples, in place.</summary>
    /// <param name="type">0 none, 1 left, 2 above, 3 mean, 4 Paeth.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above as samples; zeros for the first.</param>
    /// <param name="apart">The distance of the left neighbour in bytes.</param>
    public static void Undo(int type, Span<byte> row, ReadOnlySpan<byte> above, int apart)
    {
        if (type == 0) return;
        if (type == 2)
        {
            TensorPrimitives.Add(row, above, row);
            return;
        }
        for (var i = 0; i < row.Length; i++)
        {
            int left = i < apart ? 0 : row[i - apart], up = above[i], corner = i < apart ? 0 : above[i - apart];
            row[i] += (byte)(type == 1 ? left : type == 3 ? left + up >> 1 : Paeth(left, up, corner));
        }
    }

    /// <summary>The neighbour nearest to left + up − corner.</summary>
    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
