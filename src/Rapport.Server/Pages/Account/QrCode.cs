using System.Text;
using QRCoder;

namespace Rapport.Server.Pages.Account;

/// <summary>A QR code as SVG: one path, a line for each run of dark squares, which needs no style.</summary>
internal static class QrCode
{
    /// <summary>Pixels that a code is wide at least.</summary>
    private const int Width = 220;

    /// <summary>The markup; its content is squares only, whatever the text.</summary>
    public static string Svg(string text) => Svg(text, QRCodeGenerator.ECCLevel.M, 1);

    /// <summary>A health card's: with the level that its framework names, so that as much fits in as it says.</summary>
    public static string OfCard(string text) => Svg(text, QRCodeGenerator.ECCLevel.L, 4);

    /// <param name="text">What it says.</param>
    /// <param name="level">How much of it may be spoilt.</param>
    /// <param name="least">Pixels that each square is wide at least. It is a whole number of them, so that none is wider than another: a dense code is not read otherwise.</param>
    private static string Svg(string text, QRCodeGenerator.ECCLevel level, int least)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, level);
        var size = data.ModuleMatrix.Count;
        var path = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            var end = -1;
            for (var x = 0; x < size; x++)
            {
                if (!data.ModuleMatrix[y][x])
                {
                    continue;
                }

                var start = x;
                while (x < size && data.ModuleMatrix[y][x])
                {
                    x++;
                }

                path.Append(end < 0 ? $"M{start} {y}.5" : $"m{start - end} 0").Append('h').Append(x - start);
                end = x;
            }
        }

        var width = size * Math.Max(least, (Width + size - 1) / size);
        return $"""<svg viewBox="0 0 {size} {size}" width="{width}" height="{width}" shape-rendering="crispEdges" aria-hidden="true" focusable="false"><rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" stroke="#000"/></svg>""";
    }
}
