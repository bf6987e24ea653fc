using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Squares cut from photos at random scale and place, which depend on the seed and the number of the square alone.</summary>
internal sealed class PhotoCrops
{
    private const double MostZoom = 1.5;

    private readonly List<string> _photos = [];
    private readonly int _side;
    private readonly int _seed;

    /// <exception cref="BadDataSetException">No photo can be read.</exception>
    public PhotoCrops(IReadOnlyList<string> photos, int side, int seed)
    {
        (_side, _seed) = (side, seed);
        var unreadable = new List<UnreadablePicture>();
        foreach (var photo in photos)
        {
            try
            {
                Picture.Load(photo).Dispose();
                _photos.Add(photo);
            }
            catch (BadImageException e)
            {
                unreadable.Add(new UnreadablePicture(photo, e.Message));
            }
        }
        Unreadable = unreadable;
        if (_photos.Count == 0) throw new BadDataSetException($"none of {photos.Count} photos can be read; expected one or more to train on. {string.Join(' ', unreadable.Take(3).Select(u => u.Error))}".TrimEnd());
    }

    public IReadOnlyList<UnreadablePicture> Unreadable { get; }

    public IReadOnlyList<string> Photos => _photos;

    /// <summary>A square by its number from the start of the training; the caller disposes it.</summary>
    public Picture At(long number)
    {
        var (epoch, index) = ((int)(number / _photos.Count), (int)(number % _photos.Count));
        var chance = new SeededChance(_seed, epoch, index);
        using var photo = Picture.LoadSrgb(_photos[new BatchPlan(_photos.Count, 1, _seed).Order(epoch)[index]]);
        var scale = _side * chance.Between(1, MostZoom) / Math.Min(photo.Width, photo.Height);
        var (width, height) = (Math.Max(_side, (int)Math.Round(photo.Width * scale)), Math.Max(_side, (int)Math.Round(photo.Height * scale)));
        using var sized = PictureResizer.Resize(photo, new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        var square = Picture.Uninitialized(_side, _side);
        var (left, top) = ((int)chance.Between(0, width - _side + 1), (int)chance.Between(0, height - _side + 1));
        new PictureRegion(square, 0, 0, _side, _side).CopyFrom(sized, left, top);
        return square;
    }
}
