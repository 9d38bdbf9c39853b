using System.Collections.Concurrent;

namespace Rapport.Fhir;

/// <summary>The R4 definitions.</summary>
internal static class Definitions
{
    private static readonly ConcurrentDictionary<string, ushort> Ids = new();
    private static readonly List<string> Texts = [""];

    public static NameId FindName(string name) => new(Intern(name));

    public static string NameOf(NameId name) => Texts[name.Value];

    public static TypeId FindType(string name) => new(Intern(name));

    public static string TypeNameOf(TypeId type) => Texts[type.Value];

    public static string JsonNameOf(ushort property) => Texts[property];

    internal static ushort Intern(string text)
    {
        lock (Texts)
        {
            return Ids.GetOrAdd(text, t =>
            {
                Texts.Add(t);
                return (ushort)(Texts.Count - 1);
            });
        }
    }
}
