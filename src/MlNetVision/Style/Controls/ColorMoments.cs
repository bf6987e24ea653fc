using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>Mean and covariance of the red, green and blue of an image, and the linear map from one such pair to another.</summary>
/// <param name="Mean">The mean of each channel, 0–255: red, green, blue.</param>
/// <param name="Covariance">The covariance of each two channels, 3 × 3, in levels squared.</param>
public sealed record ColorMoments(double[] Mean, double[,] Covariance)
{
    /// <summary>The variance of rounding to levels alone; a direction with less has no colours to spread.</summary>
    private const double LeastVariance = 1;

    /// <summary>The moments of all pixels of an image, which is not changed.</summary>
    public static ColorMoments Of(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (mean, products) = (new double[3], new double[3, 3]);
        var pixels = image.Pixels;
        var count = pixels.Length / 4.0;
        for (var i = 0; i < pixels.Length; i += 4)
        {
            for (var a = 0; a < 3; a++)
            {
                mean[a] += pixels[i + a];
                for (var b = 0; b <= a; b++) products[a, b] += pixels[i + a] * pixels[i + b];
            }
        }
        GC.KeepAlive(image);
        for (var a = 0; a < 3; a++) mean[a] /= count;
        for (var a = 0; a < 3; a++)
            for (var b = 0; b <= a; b++) products[a, b] = products[b, a] = products[a, b] / count - mean[a] * mean[b];
        return new(mean, products);
    }

    /// <summary>
    /// The matrix S^−½ · (S^½ · C · S^½)^½ · S^−½, the linear map from covariance S to C that moves colours least, so that light stays light:
    /// Pitié and Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer" (CVMP 2007).
    /// </summary>
    internal static double[,] Map(ColorMoments from, ColorMoments to)
    {
        var (root, inverse) = (Function(from.Covariance, Root), Function(from.Covariance, v => 1 / Math.Sqrt(Math.Max(LeastVariance, v))));
        return Product(Product(inverse, Function(Product(Product(root, to.Covariance), root), Root)), inverse);
    }

    private static double Root(double value) => Math.Sqrt(Math.Max(0, value));

    private static double[,] Product(double[,] a, double[,] b)
    {
        var product = new double[3, 3];
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                for (var k = 0; k < 3; k++) product[i, j] += a[i, k] * b[k, j];
        return product;
    }

    /// <summary>
    /// A function of a symmetric matrix by its eigenvalues, found by Jacobi's rotations (Golub and Van Loan, "Matrix Computations", 8.5).
    /// </summary>
    private static double[,] Function(double[,] symmetric, Func<double, double> function)
    {
        var (values, vectors) = ((double[,])symmetric.Clone(), new double[3, 3] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } });
        for (var sweep = 0; sweep < 20; sweep++)
            foreach (var (p, q) in new[] { (0, 1), (0, 2), (1, 2) }) Rotate(values, vectors, p, q);
        var result = new double[3, 3];
        for (var k = 0; k < 3; k++)
        {
            var value = function(values[k, k]);
            for (var i = 0; i < 3; i++)
                for (var j = 0; j < 3; j++) result[i, j] += vectors[i, k] * value * vectors[j, k];
        }
        return result;
    }

    private static void Rotate(double[,] values, double[,] vectors, int p, int q)
    {
        if (values[p, q] == 0) return;
        var tau = (values[q, q] - values[p, p]) / (2 * values[p, q]);
        var tangent = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
        var cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        var sine = tangent * cosine;
        for (var i = 0; i < 3; i++)
            (values[i, p], values[i, q]) = (cosine * values[i, p] - sine * values[i, q], sine * values[i, p] + cosine * values[i, q]);
        for (var i = 0; i < 3; i++)
            (values[p, i], values[q, i]) = (cosine * values[p, i] - sine * values[q, i], sine * values[p, i] + cosine * values[q, i]);
        for (var i = 0; i < 3; i++)
            (vectors[i, p], vectors[i, q]) = (cosine * vectors[i, p] - sine * vectors[i, q], sine * vectors[i, p] + cosine * vectors[i, q]);
    }
}
