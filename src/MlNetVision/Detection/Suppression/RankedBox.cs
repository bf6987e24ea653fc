namespace MlNetVision.Detection;

/// <summary>A candidate's rank in non-maximum suppression: by bucket, then best score, then class, then position.</summary>
/// <param name="Bucket">Boxes of one bucket suppress each other.</param>
/// <param name="Score">The score, as decayed so far.</param>
/// <param name="ClassIndex">The class.</param>
/// <param name="Position">The index among the candidates: makes the order total, so that ties are deterministic.</param>
internal readonly record struct RankedBox(int Bucket, float Score, int ClassIndex, int Position) : IComparable<RankedBox>
{
    public int CompareTo(RankedBox other)
    {
        if (Bucket != other.Bucket) return Bucket.CompareTo(other.Bucket);
        if (Score != other.Score) return other.Score.CompareTo(Score);
        return ClassIndex != other.ClassIndex ? ClassIndex.CompareTo(other.ClassIndex) : Position.CompareTo(other.Position);
    }
}
