namespace MlNetVision.Classification;

/// <summary>Selects the highest scores.</summary>
internal static class TopScores
{
    /// <summary>The highest scores, the highest first; of equal ones the lower index first.</summary>
    /// <param name="scores">A score for each label.</param>
    /// <param name="labels">The names of the classes.</param>
    /// <param name="count">How many; all where there are fewer classes.</param>
    /// <exception cref="BadModelException">A score is not a number.</exception>
    public static ClassScore[] Of(ReadOnlySpan<float> scores, IReadOnlyList<string> labels, int count)
    {
        if (scores.Length != labels.Count) throw new BadModelException($"The network gave {scores.Length} scores; {labels.Count} were expected.");
        var top = new ClassScore[Math.Min(count, scores.Length)];
        var found = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new BadModelException($"The network's score of class {i} ('{labels[i]}') is not a number.");
            var place = found;
            while (place > 0 && scores[i] > top[place - 1].Score) place--;
            if (place == top.Length) continue;
            if (found < top.Length) found++;
            top.AsSpan(place, found - place - 1).CopyTo(top.AsSpan(place + 1));
            top[place] = new ClassScore(i, labels[i], scores[i]);
        }
        return top;
    }
}
