namespace Rapport.Data.Tests;

public sealed class IdTests
{
    [Fact]
    public void Patients_have_ids_of_26_letters_that_are_read_back() => Check(26, PatientId.New, static t => (PatientId.TryParse(t, out PatientId id), id), PatientId.Parse);

    [Fact]
    public void People_have_ids_of_26_letters_that_are_read_back() => Check(26, PersonId.New, static t => (PersonId.TryParse(t, out PersonId id), id), PersonId.Parse);

    [Fact]
    public void Organisations_have_ids_of_26_letters_that_are_read_back() => Check(26, OrganisationId.New, static t => (OrganisationId.TryParse(t, out OrganisationId id), id), OrganisationId.Parse);

    [Fact]
    public void Local_ids_have_13_letters_and_are_read_back() => Check(13, LocalId.New, static t => (LocalId.TryParse(t, out LocalId id), id), LocalId.Parse);

    [Fact]
    public void The_bytes_of_an_id_are_its_number()
    {
        Span<byte> bytes = stackalloc byte[16];
        PatientId.Parse("00000000000000000000000010").WriteBytes(bytes);
        Assert.Equal(32, bytes[15]);
        Assert.Equal(0, bytes[..15].IndexOfAnyExcept((byte)0) + 1);
        LocalId.Parse("000000000000z").WriteBytes(bytes);
        Assert.Equal(31, bytes[7]);
    }

    private delegate TId ParseId<TId>(ReadOnlySpan<char> text);

    private static void Check<TId>(int length, Func<TId> make, Func<string, (bool Ok, TId Id)> tryParse, ParseId<TId> parse)
        where TId : struct, IComparable<TId>
    {
        TId[] ids = [.. Enumerable.Range(0, 1000).Select(_ => make())];
        Assert.Equal(1000, ids.Distinct().Count());
        foreach (TId id in ids)
        {
            string text = id.ToString()!;
            Assert.Equal(length, text.Length);
            Assert.Equal((true, id), tryParse(text));
            Assert.Equal(id, parse(text));
        }

        Assert.Equal(ids.Select(static id => id.ToString()).Order(StringComparer.Ordinal), ids.Order().Select(static id => id.ToString()));
        foreach (string wrong in new[] { "", new string('0', length - 1), new string('0', length + 1), new string('z', length), new string('0', length - 1) + "I" })
        {
            Assert.False(tryParse(wrong).Ok);
            Assert.Throws<FormatException>(() => parse(wrong));
        }
    }
}
