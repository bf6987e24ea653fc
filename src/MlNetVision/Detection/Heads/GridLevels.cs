namespace MlNetVision.Detection;

/// <summary>
/// The grids of an anchor-free network, one behind the other: for each stride a cell per stride × stride pixels of the input, row by row.
/// </summary>
internal static class GridLevels
{
    /// <summary>The strides of the networks that there are: three levels usually, one finer or coarser for small or large objects.</summary>
    private static readonly int[][] Usual = [[8, 16, 32], [8, 16, 32, 64], [4, 8, 16, 32], [16, 32], [8, 16], [4, 8, 16]];

    /// <summary>The number of cells.</summary>
    public static long Count(int width, int height, ReadOnlySpan<int> strides)
    {
        var count = 0L;
        foreach (var stride in strides) count += (long)Cells(width, stride) * Cells(height, stride);
        return count;
    }

    /// <summary>The strides that give a number of boxes; null where none of the usual ones do.</summary>
    /// <param name="width">The width of the network's input in pixels.</param>
    /// <param name="height">The height of the network's input in pixels.</param>
    /// <param name="boxes">The number of boxes.</param>
    /// <param name="perCell">The number of boxes of a cell.</param>
    public static int[]? Find(int width, int height, long boxes, int perCell = 1) =>
        Array.Find(Usual, strides => Count(width, height, strides) * perCell == boxes);

    /// <summary>For each cell its column, its row and its stride, as three numbers.</summary>
    public static float[] Corners(int width, int height, ReadOnlySpan<int> strides)
    {
        var corners = new float[3 * Count(width, height, strides)];
        var at = 0;
        foreach (var stride in strides)
        {
            for (var row = 0; row < Cells(height, stride); row++)
            {
                for (var column = 0; column < Cells(width, stride); column++)
                {
                    (corners[at], corners[at + 1], corners[at + 2]) = (column, row, stride);
                    at += 3;
                }
            }
        }
        return corners;
    }

    /// <summary>The cells along a side.</summary>
    public static int Cells(int length, int stride) => (length + stride - 1) / stride;
}
