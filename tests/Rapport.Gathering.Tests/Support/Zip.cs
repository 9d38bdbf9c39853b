using System.IO.Compression;
using System.Text;

namespace Rapport.Gathering.Tests;

/// <summary>Makes zips.</summary>
internal static class Zip
{
    public static byte[] Of(params IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }

    public static byte[] Of(params IReadOnlyList<(string Name, string Content)> files) => Of([.. files.Select(f => (f.Name, Encoding.UTF8.GetBytes(f.Content)))]);
}
