namespace Rapport.Fhir;

/// <summary>Element names that the code speaks of.</summary>
internal static class FhirNames
{
    public static readonly NameId Code = Definitions.FindName("code");
    public static readonly NameId Coding = Definitions.FindName("coding");
    public static readonly NameId Contained = Definitions.FindName("contained");
    public static readonly NameId Currency = Definitions.FindName("currency");
    public static readonly NameId Display = Definitions.FindName("display");
    public static readonly NameId End = Definitions.FindName("end");
    public static readonly NameId Entry = Definitions.FindName("entry");
    public static readonly NameId Event = Definitions.FindName("event");
    public static readonly NameId Extension = Definitions.FindName("extension");
    public static readonly NameId FullUrl = Definitions.FindName("fullUrl");
    public static readonly NameId High = Definitions.FindName("high");
    public static readonly NameId Id = Definitions.FindName("id");
    public static readonly NameId Low = Definitions.FindName("low");
    public static readonly NameId Reference = Definitions.FindName("reference");
    public static readonly NameId Repeat = Definitions.FindName("repeat");
    public static readonly NameId Resource = Definitions.FindName("resource");
    public static readonly NameId Start = Definitions.FindName("start");
    public static readonly NameId System = Definitions.FindName("system");
    public static readonly NameId Text = Definitions.FindName("text");
    public static readonly NameId Type = Definitions.FindName("type");
    public static readonly NameId Unit = Definitions.FindName("unit");
    public static readonly NameId Url = Definitions.FindName("url");
    public static readonly NameId Use = Definitions.FindName("use");
    public static readonly NameId Value = Definitions.FindName("value");
    public static readonly NameId Bounds = Definitions.FindName("bounds");
}
