using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Training.Style;

/// <summary>
/// Square crops of photos at random scale and position, which depend on the random seed and the crop's number alone. An unreadable photo is
/// replaced by the next of its epoch; so nothing is read before its turn, and a resumed run sees the same crops as an unbroken one. Crops of a
/// single colour are replaced too: instance normalisation makes the gradients of their features infinite.
/// </summary>
internal sealed class PhotoCrops
{
    private const double MostZoom = 1.5;

    /// <summary>The number of draws for a crop with more than one colour.</summary>
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

    /// <summary>The unreadable photos found so far.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => [.. _errors.Select(e => new UnreadableImage(_photos[e.Key], e.Value))];

    /// <summary>The crop of a number, counted from the start of the training; the caller disposes it.</summary>
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
                if (Cut(photo, new SeededRandom(_seed, epoch, index)) is { } square) return square;
                if (SingleColor.Is(photo)) _errors[row] = $"{_photos[row]}: has a single colour and cannot be trained on.";
            }
            catch (BadImageException e)
            {
                _errors[row] = e.Message;
            }
        }
        throw new BadDataSetException(
            $"no photo is usable; expected one or more that can be read and have more than a single colour. "
            + $"{string.Join(' ', _errors.Values.Take(3))}");
    }

    private RgbImage? Cut(RgbImage photo, SeededRandom random)
    {
        for (var left = Tries; left > 0; left--)
        {
            var square = CutOnce(photo, ref random);
            if (!SingleColor.Is(square)) return square;
            square.Dispose();
        }
        return null;
    }

    private RgbImage CutOnce(RgbImage photo, ref SeededRandom random)
    {
        var side = Math.Max(1, (int)Math.Round(Math.Min(photo.Width, photo.Height) / random.Between(1, MostZoom)));
        var (left, top) = ((int)random.Between(0, photo.Width - side + 1), (int)random.Between(0, photo.Height - side + 1));
        using var square = new RgbImage(side, side);
        for (var y = 0; y < side; y++) photo.Words.Slice((top + y) * photo.Width + left, side).CopyTo(square.Words[(y * side)..]);
        return ImageResizer.Resize(square,
            new ResizeOptions { Width = _side, Height = _side, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
    }
}

/// <summary>Finds images of a single colour.</summary>
internal static class SingleColor
{
    /// <summary>The smallest variance of a channel, in levels of 0–255, of an image with more than one colour.</summary>
    private const double LeastVariance = 1;

    /// <summary>Whether no channel varies by more than rounding and noise.</summary>
    public static bool Is(RgbImage image)
    {
        var covariance = ColorMoments.Of(image).Covariance;
        return covariance[0, 0] < LeastVariance && covariance[1, 1] < LeastVariance && covariance[2, 2] < LeastVariance;
    }
}
