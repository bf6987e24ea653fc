using MlNetVision.Data;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Evaluation;

/// <summary>Random truth with detections near it, on whole pixels of a small image, with many equal scores, duplicates and crowds.</summary>
internal static class RandomScenes
{
    public const int Size = 24;

    public sealed record Scene(List<Detected> Detections, List<GroundTruthBox> Truths);

    public static List<Scene> Make(Random random, string[] classes, int images, bool difficult = true)
    {
        var scenes = new List<Scene>();
        for (var p = 0; p < images; p++)
        {
            var scene = new Scene([], []);
            foreach (var (label, index) in classes.Select((label, index) => (label, index)))
            {
                for (var i = random.Next(5); i >= 0; i--)
                {
                    var box = RandomBox(random);
                    var kind = random.Next(8);
                    scene.Truths.Add(new(label, box, Difficult: difficult && kind == 0, Crowd: kind == 1));
                    for (var n = random.Next(4); n > 0; n--) scene.Detections.Add(new(label, index, Score(random), Moved(box, random)));
                }
                if (random.Next(2) == 0) scene.Detections.Add(new(label, index, Score(random), RandomBox(random)));
            }
            scenes.Add(scene);
        }
        return scenes;
    }

    private static float Score(Random random) => random.Next(1, 11) / 10f;

    private static BoundingBox RandomBox(Random random)
    {
        var (x, y) = (random.Next(Size - 8), random.Next(Size - 8));
        return new(x, y, x + random.Next(3, 9), y + random.Next(3, 9));
    }

    private static BoundingBox Moved(BoundingBox box, Random random) =>
        new(Math.Max(0, box.Left - random.Next(2)), Math.Max(0, box.Top - random.Next(2)), box.Right + random.Next(2), box.Bottom + random.Next(2));
}
