using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

/// <summary>Darknet's <c>resize_image</c> and <c>letterbox_image</c> (src/image.c), loop by loop, on planes of floats 0–1.</summary>
internal static class DarknetReference
{
    public static float[,,] FromImage(RgbImage image)
    {
        var planes = new float[3, image.Height, image.Width];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var (r, g, b) = image.At(x, y);
                (planes[0, y, x], planes[1, y, x], planes[2, y, x]) = (r / 255f, g / 255f, b / 255f);
            }
        }
        return planes;
    }

    public static float[,,] Resize(float[,,] image, int w, int h)
    {
        var (imageH, imageW) = (image.GetLength(1), image.GetLength(2));
        var part = new float[3, imageH, w];
        var resized = new float[3, h, w];
        var wScale = (float)(imageW - 1) / (w - 1);
        var hScale = (float)(imageH - 1) / (h - 1);
        for (var k = 0; k < 3; k++)
        {
            for (var r = 0; r < imageH; r++)
            {
                for (var c = 0; c < w; c++)
                {
                    var sx = c * wScale;
                    var ix = (int)sx;
                    var dx = sx - ix;
                    part[k, r, c] = c == w - 1 || imageW == 1 ? image[k, r, imageW - 1] : (1 - dx) * image[k, r, ix] + dx * image[k, r, ix + 1];
                }
            }
            for (var r = 0; r < h; r++)
            {
                var sy = r * hScale;
                var iy = (int)sy;
                var dy = sy - iy;
                for (var c = 0; c < w; c++)
                {
                    resized[k, r, c] = (1 - dy) * part[k, iy, c];
                    if (r != h - 1 && imageH != 1) resized[k, r, c] += dy * part[k, iy + 1, c];
                }
            }
        }
        return resized;
    }

    public static float[,,] Letterbox(float[,,] image, int w, int h)
    {
        var (imageH, imageW) = (image.GetLength(1), image.GetLength(2));
        var (newW, newH) = (w, imageH * w / imageW);
        if ((float)w / imageW >= (float)h / imageH) (newW, newH) = (imageW * h / imageH, h);
        var resized = Resize(image, newW, newH);
        var boxed = new float[3, h, w];
        for (var k = 0; k < 3; k++)
        {
            for (var y = 0; y < h; y++)
            {
                for (var x = 0; x < w; x++)
                {
                    var (fromY, fromX) = (y - (h - newH) / 2, x - (w - newW) / 2);
                    var inside = fromY >= 0 && fromY < newH && fromX >= 0 && fromX < newW;
                    boxed[k, y, x] = inside ? resized[k, fromY, fromX] : 0.5f;
                }
            }
        }
        return boxed;
    }
}
