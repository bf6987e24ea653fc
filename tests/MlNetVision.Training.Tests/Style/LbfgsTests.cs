using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class LbfgsTests
{
    // Rosenbrock, "An automatic method for finding the greatest or least value of a function" (1960), in n dimensions: its minimum is 0 at (1, …, 1).
    [TestMethod]
    [DataRow(2)]
    [DataRow(50)]
    public void Minimize_Rosenbrock_FindsTheValleysEnd(int n)
    {
        var point = Enumerable.Range(0, n).Select(i => i % 2 == 0 ? -1.2f : 1).ToArray();
        var values = new List<double>();

        var end = Lbfgs.Minimize(Rosenbrock, point, new LbfgsOptions { MaxIterations = 500, GradientTolerance = 1e-3 }, step =>
        {
            values.Add(step.Value);
            return true;
        });

        Assert.IsLessThan(1e-5, end.Value);
        foreach (var x in point) Assert.AreEqual(1, x, 0.01);
        Assert.IsTrue(values.Zip(values.Skip(1)).All(p => p.Second < p.First), "the value falls in every iteration");
    }

    // On a quadratic of n eigenvalues, BFGS with exact searches ends after n iterations; with Wolfe's, after not many more.
    [TestMethod]
    public void Minimize_Quadratic_TakesFewEvaluations()
    {
        var point = new float[10];
        Array.Fill(point, 3);

        var end = Lbfgs.Minimize(
            (x, gradient) =>
            {
                var sum = 0.0;
                for (var i = 0; i < x.Length; i++)
                {
                    gradient[i] = (i + 1) * (x[i] - i);
                    sum += 0.5 * (i + 1) * (x[i] - i) * (x[i] - i);
                }
                return sum;
            },
            point, new LbfgsOptions { GradientTolerance = 1e-4 });

        Assert.IsLessThanOrEqualTo(30, end.Evaluations);
        for (var i = 0; i < point.Length; i++) Assert.AreEqual(i, point[i], 1e-3);
    }

    [TestMethod]
    public void Minimize_BoundOfEvaluations_IsKeptAndTheBestPointStays()
    {
        var point = new[] { -1.2f, 1 };
        var start = Rosenbrock(point, new float[2]);

        var end = Lbfgs.Minimize(Rosenbrock, point, new LbfgsOptions { MaxEvaluations = 7 });

        Assert.IsLessThanOrEqualTo(7, end.Evaluations);
        Assert.IsLessThan(start, end.Value);
        Assert.AreEqual(end.Value, Rosenbrock(point, new float[2]), 1e-12);
    }

    // Powers of two change no digit: neither the path nor the number of evaluations may depend on the function's scale.
    [TestMethod]
    [DataRow(-60)]
    [DataRow(70)]
    public void Minimize_FunctionOfAnotherScale_TakesTheSamePath(int power)
    {
        var scale = Math.Pow(2, power);
        var options = new LbfgsOptions { FirstStep = 0.25, GradientTolerance = 0, MaxIterations = 60 };
        var (expected, found) = (new[] { -1.2f, 1, -1.2f, 1 }, new[] { -1.2f, 1, -1.2f, 1 });

        var end = Lbfgs.Minimize(Rosenbrock, expected, options);
        var scaled = Lbfgs.Minimize(
            (x, gradient) =>
            {
                var value = Rosenbrock(x, gradient) * scale;
                for (var i = 0; i < gradient.Length; i++) gradient[i] = (float)(gradient[i] * scale);
                return value;
            },
            found, options);

        Assert.AreEqual(end.Value * scale, scaled.Value);
        Assert.AreEqual(end.Evaluations, scaled.Evaluations);
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void Minimize_Stopped_EndsThere()
    {
        var end = Lbfgs.Minimize(Rosenbrock, [-1.2f, 1], then: step => step.Iteration < 3);

        Assert.AreEqual(3, end.Iteration);
    }

    [TestMethod]
    public void Minimize_FirstStep_MovesTheSteepestUnknownSoFar()
    {
        var tried = new List<float[]>();

        Lbfgs.Minimize(
            (x, gradient) =>
            {
                tried.Add([.. x]);
                return Rosenbrock(x, gradient);
            },
            [-1.2f, 1], new LbfgsOptions { FirstStep = 0.25, MaxEvaluations = 2 });

        Assert.AreEqual(-1.2 + 0.25, tried[1][0], 1e-6);
        Assert.ThrowsExactly<ArgumentException>(() => Lbfgs.Minimize(Rosenbrock, [0, 0], new LbfgsOptions { FirstStep = 0 }));
    }

    private static double Rosenbrock(float[] x, float[] gradient)
    {
        var sum = 0.0;
        Array.Clear(gradient);
        for (var i = 0; i + 1 < x.Length; i++)
        {
            double a = 1 - (double)x[i], b = x[i + 1] - (double)x[i] * x[i];
            sum += a * a + 100 * b * b;
            gradient[i] += (float)(-2 * a - 400 * x[i] * b);
            gradient[i + 1] += (float)(200 * b);
        }
        return sum;
    }
}
