using MlNetVision.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>
/// Squares cut from photos at random scale and place, which depend on the seed and the number of the square alone. Where a photo cannot
/// be read, the next of its epoch stands in, so that nothing is read before its turn, and a resumed run sees what an unbroken one does; likewise
/// where squares are of one colour: instance normalisation blows the gradients of their features up beyond all numbers.
/// </summary>
internal sealed class PhotoCrops
{
    private const double MostZoom = 1.5;

    /// <summary>How often a square is looked for that is not of one colour.</summary>
    private const int Tries = 8;

    private readonly IReadOnlyList<string> _photos;
    private readonly BatchPlan _plan;
    private readonly int _side;
    private readonly int _seed;
    private readonly SortedDictionary<int, string> _errors = [];
    private (int Epoch, int[] Rows) _order = (-1, []);

    /// <exception cref="BadDataSetException">There is no photo.</exception>
    public PhotoCrops(IReadOnlyList<string> photos, int side, int seed)
    {
        if (photos.Count == 0) throw new BadDataSetException("Expected one photo or more to train on; there is none.");
        (_photos, _side, _seed, _plan) = (photos, side, seed, new BatchPlan(photos.Count, 1, seed));
    }

    /// <summary>The photos whose turn came and that cannot be read.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => [.. _errors.Select(e => new UnreadableImage(_photos[e.Key], e.Value))];

    /// <summary>A square by its number from the start of the training; the caller disposes it.</summary>
    /// <exception cref="BadDataSetException">No photo can be read.</exception>
    public RgbImage At(long number)
    {
        var (epoch, index) = ((int)(number / _photos.Count), (int)(number % _photos.Count));
        if (_order.Epoch != epoch) _order = (epoch, _plan.Order(epoch));
        for (var next = 0; next < _photos.Count; next++)
        {
            var row = _order.Rows[(index + next) % _photos.Count];
            if (_errors.ContainsKey(row)) continue;
            try
            {
                using var photo = RgbImage.LoadSrgb(_photos[row]);
                if (Cut(photo, new SeededChance(_seed, epoch, index)) is { } square) return square;
                if (Plainness.Is(photo)) _errors[row] = $"{_photos[row]}: is of one colour, from which nothing can be learnt.";
            }
            catch (BadImageException e)
            {
                _errors[row] = e.Message;
            }
        }
        throw new BadDataSetException($"none of the photos serves; expected one or more that can be read and are not of one colour. {string.Join(' ', _errors.Values.Take(3))}");
    }

    private RgbImage? Cut(RgbImage photo, SeededChance chance)
    {
        for (var left = Tries; left > 0; left--)
        {
            var square = CutOnce(photo, ref chance);
            if (!Plainness.Is(square)) return square;
            square.Dispose();
        }
        return null;
    }

    private RgbImage CutOnce(RgbImage photo, ref SeededChance chance)
    {
        var side = Math.Max(1, (int)Math.Round(Math.Min(photo.Width, photo.Height) / chance.Between(1, MostZoom)));
        var (left, top) = ((int)chance.Between(0, photo.Width - side + 1), (int)chance.Between(0, photo.Height - side + 1));
        using var square = new RgbImage(side, side);
        for (var y = 0; y < side; y++) photo.Words.Slice((top + y) * photo.Width + left, side).CopyTo(square.Words[(y * side)..]);
        return ImageResizer.Resize(square, new ResizeOptions { Width = _side, Height = _side, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
    }
}
