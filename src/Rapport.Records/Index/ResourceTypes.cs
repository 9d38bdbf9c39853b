using System.Collections.Concurrent;

namespace Rapport.Records;

/// <summary>Numbers the resource types that occur, so that an index keeps one byte pair for each entry. Grows to the 148 types of R4 at most. Thread safe.</summary>
internal static class ResourceTypes
{
    private static readonly ConcurrentDictionary<string, ushort> Numbers = new();
    private static readonly Lock Adding = new();
    private static volatile string[] _names = [];

    /// <summary>How many there are so far: each has a number below that.</summary>
    internal static int Count => _names.Length;

    internal static string Name(ushort number) => _names[number];

    /// <summary>The number of a type, or -1 when no entry anywhere has it.</summary>
    internal static int Find(string name) => Numbers.TryGetValue(name, out var number) ? number : -1;

    internal static ushort Number(string name)
    {
        if (Numbers.TryGetValue(name, out var number))
        {
            return number;
        }

        lock (Adding)
        {
            if (!Numbers.TryGetValue(name, out number))
            {
                number = (ushort)_names.Length;
                _names = [.. _names, name];
                Numbers[name] = number;
            }

            return number;
        }
    }
}
