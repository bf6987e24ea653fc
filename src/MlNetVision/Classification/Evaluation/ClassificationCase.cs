namespace MlNetVision.Classification;

/// <summary>One image of an evaluation: its ground truth and a classifier's scores.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Truth">The index of its true class.</param>
/// <param name="Scores">The probabilities of all classes, by index. Not copied.</param>
public sealed record ClassificationCase(string Path, int Truth, float[] Scores)
{
    /// <summary>The class of the highest score; of equal ones the first.</summary>
    public int Predicted => Array.IndexOf(Scores, Scores.Max());

    /// <summary>The highest score.</summary>
    public float Confidence => Scores.Max();

    /// <summary>How many classes rank before the true one by score, ties by index; 0 is a correct prediction.</summary>
    public int Rank
    {
        get
        {
            var own = Scores[Truth];
            var before = 0;
            for (var i = 0; i < Scores.Length; i++)
                if (Scores[i] > own || (Scores[i] == own && i < Truth)) before++;
            return before;
        }
    }
}
