using System.Buffers.Binary;
using System.Text;

namespace Rapport.Data;

/// <summary>
/// How a table names people, patients and organisations without their ids: by keyed hashes, so that whoever knows an id finds its rows, and by sealed ids where they must be read back. The hash of an id
/// is another one in each column of each table, so whoever reads the tables without the key joins no two of them by it. Thread safe.
/// </summary>
/// <param name="keyring">The installation's.</param>
/// <param name="table">The table's name, at most 24 characters: it never changes, or its rows are not found any more.</param>
public sealed class KeyedTable(Keyring keyring, string table)
{
    /// <summary>The table's name.</summary>
    public string Name => table;

    /// <summary>The 32 bytes by which a column names this id.</summary>
    public byte[] Hash<TId>(string column, TId id)
        where TId : struct, IComparable<TId> => Hash(column, id.ToString()!);

    /// <summary>The 32 bytes by which a column names this reference, or several ids together.</summary>
    public byte[] Hash(string column, string reference) => keyring.LookupHash($"column {table}.{column}", reference);

    /// <summary>Seals the ids that a row must tell whoever found it. They have letters and digits alone.</summary>
    /// <param name="row">What names the row: the ids open in no other.</param>
    /// <param name="ids">The ids.</param>
    public byte[] Seal(KeyedRow row, params ReadOnlySpan<string> ids) => keyring.Installation.Seal(row.PlaceIn(table), Encoding.ASCII.GetBytes(string.Join(' ', ids)));

    /// <summary>The ids that <see cref="Seal"/> sealed for this row.</summary>
    /// <exception cref="SealBrokenException">They were changed, or are those of another row.</exception>
    public string[] Open(KeyedRow row, byte[] sealedIds) => Encoding.ASCII.GetString(keyring.Installation.Open(row.PlaceIn(table), sealedIds)).Split(' ');
}

/// <summary>Names a row of a <see cref="KeyedTable"/> by one or two of its columns.</summary>
/// <param name="First">A hash.</param>
/// <param name="Second">Another column that tells rows of the same hash apart; nothing where there is none.</param>
public readonly record struct KeyedRow(byte[] First, byte[]? Second = null)
{
    internal Place PlaceIn(string table) => new(table, BinaryPrimitives.ReadUInt128BigEndian(First), Second is null ? 0 : BinaryPrimitives.ReadInt64BigEndian(Second));
}
