using Rapport.TestKit;

namespace Rapport.Fhir.Tests;

/// <summary>Resources that nobody here wrote; a test that asks for them is skipped where they are not.</summary>
internal static class RealResources
{
    /// <summary>Every JSON file below a folder of the shared data that holds a FHIR resource, valid or not.</summary>
    public static IEnumerable<(string File, Resource Resource)> In(string folder)
    {
        var root = Repository.SharedData(folder);
        foreach (var file in Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (TryRead(file) is { } resource)
            {
                yield return (Path.GetRelativePath(root, file), resource);
            }
        }
    }

    /// <summary>The resource itself and, of a bundle, those in its entries.</summary>
    public static IEnumerable<Element> WithEntries(Resource resource)
    {
        yield return resource.Root;
        if (resource.TypeName != "Bundle")
        {
            yield break;
        }

        foreach (var entry in BundleReader.Open(resource).Entries)
        {
            if (entry.Resource is { } inner)
            {
                yield return inner;
            }
        }
    }

    private static Resource? TryRead(string file)
    {
        try
        {
            return Resource.Read(File.ReadAllBytes(file));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
