using System.Diagnostics;
using System.Globalization;
using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Benchmarks;

/// <summary><c>tiles</c>: the most memory that a process takes to stylise a photo of 24 megapixels tile by tile, from file to file.</summary>
internal static class TilesCommand
{
    private const int Width = 6000, Height = 4000;
    private const long Limit = 2L << 30;

    public static int Run(BenchmarkArguments arguments)
    {
        var model = arguments.Model ?? "starry-night";
        var folder = Directory.CreateTempSubdirectory("mlnetvision-tiles-");
        try
        {
            var photo = Path.Combine(folder.FullName, "photo.jpg");
            using (var drawn = Draw()) drawn.Save(photo, 90);
            // A process of its own, whose peak holds nothing but this work.
            var own = Process.Start(new ProcessStartInfo("dotnet", [typeof(TilesCommand).Assembly.Location, "tiles-child", photo, model]) { RedirectStandardOutput = true })!;
            var (line, code) = (own.StandardOutput.ReadToEnd().Trim(), Wait(own));
            if (code != 0) return code;
            var peak = long.Parse(line, CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model}, {Width}×{Height} pixels in tiles: {(double)peak / (1 << 30):F2} GiB at most, below 2 GiB: {(peak < Limit ? "yes" : "no")}"));
            return peak < Limit ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The process that is measured: it prints the most bytes that were ever resident.</summary>
    public static int Measure(string photo, string model)
    {
        using (var stylizer = ImageStylizer.Load(model, new ImageStylizerOptions { Tile = true }))
        using (var styled = stylizer.Stylize(photo))
        {
            styled.Stylized.Save(Path.ChangeExtension(photo, ".png"));
        }
        using var own = Process.GetCurrentProcess();
        Console.WriteLine(own.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static int Wait(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    // Waves and noise, so that no tile is like another.
    private static RgbImage Draw()
    {
        var image = new RgbImage(Width, Height);
        var pixels = image.Pixels;
        var random = new Random(1);
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var (x, y) = (i / 4 % Width, i / 4 / Width);
            pixels[i] = (byte)(110 + 90 * Math.Sin(x * 0.013) + random.Next(40));
            pixels[i + 1] = (byte)(110 + 90 * Math.Sin(y * 0.017 + x * 0.003) + random.Next(40));
            pixels[i + 2] = (byte)(200L * y / Height + random.Next(40));
            pixels[i + 3] = 255;
        }
        return image;
    }
}
