namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Numbers as a detection network gives them: clusters of boxes of which few are likely, drawn by a seed.</summary>
internal sealed class RandomBoxes(int seed, int width, int height)
{
    private readonly Random _random = new(seed);

    public float Between(double from, double to) => (float)(from + _random.NextDouble() * (to - from));

    public float[] Many(int count, double from, double to) => [.. Enumerable.Range(0, count).Select(_ => Between(from, to))];

    /// <summary>Centre, width and height of a box, within the input and some pixels around it; many boxes lie close together.</summary>
    public float[] Box()
    {
        var cluster = _random.Next(6);
        var (x, y) = (width * (0.1 + 0.16 * cluster), height * (0.15 + 0.14 * (cluster * 5 % 6)));
        return [(float)x + Between(-4, 4), (float)y + Between(-4, 4), Between(0.15, 0.4) * width, Between(0.15, 0.4) * height];
    }

    /// <summary>Left, top, right and bottom of a box.</summary>
    public float[] Edges()
    {
        var b = Box();
        return [b[0] - b[2] / 2, b[1] - b[3] / 2, b[0] + b[2] / 2, b[1] + b[3] / 2];
    }

    /// <summary>Probabilities of classes; of one box in four some are likely.</summary>
    public float[] Scores(int classes)
    {
        var scores = Many(classes, 0, 0.2);
        if (_random.Next(4) == 0) for (var n = 0; n < 2; n++) scores[_random.Next(classes)] = Between(0.2, 0.98);
        return scores;
    }

    /// <summary>The number whose logistic function is a probability.</summary>
    public static float Logit(double probability) => (float)Math.Log(probability / (1 - probability));

    /// <summary>Rows of values, one after another.</summary>
    public static float[] Rows(int count, Func<int, IEnumerable<float>> row) => [.. Enumerable.Range(0, count).SelectMany(row)];

    /// <summary>The same values column by column: boxes × channels as channels × boxes.</summary>
    public static float[] Turned(float[] rows, int columns)
    {
        var count = rows.Length / columns;
        var turned = new float[rows.Length];
        for (var r = 0; r < count; r++) for (var c = 0; c < columns; c++) turned[c * count + r] = rows[r * columns + c];
        return turned;
    }
}
