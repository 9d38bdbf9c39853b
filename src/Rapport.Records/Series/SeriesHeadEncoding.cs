namespace Rapport.Records;

/// <summary>
/// The first part of a series as bytes: what is in its chunks, and its roll-ups, a column after the other, then Brotli over all. Numbers of roll-ups that are
/// decimal fractions are whole numbers of the smallest of them, others keep all their bits.
/// </summary>
internal static class SeriesHeadEncoding
{
    private const byte Format = 2;
    private const int Quality = 5;
    private const int WindowBits = 18;

    /// <summary>More than a century of hours.</summary>
    private const int MostHours = 1 << 20;

    internal static byte[] Encode(IReadOnlyList<SeriesChunk> chunks, IReadOnlyList<SeriesHour> hours)
    {
        var writer = new ColumnWriter();
        writer.Byte(Format);
        writer.Unsigned((ulong)chunks.Count);
        long time = 0;
        foreach (var chunk in chunks)
        {
            writer.Signed(chunk.Start - time);
            writer.Signed(chunk.End - chunk.Start);
            writer.Unsigned((ulong)chunk.Count);
            time = chunk.End;
        }

        writer.Unsigned((ulong)hours.Count);
        var column = new long[hours.Count];
        Write(column, writer, i => hours[i].LocalHour - (i == 0 ? 0 : hours[i - 1].LocalHour));
        Write(column, writer, i => hours[i].Count);
        var min = Decimals.Of([.. hours.Select(hour => hour.Min)]);
        var max = Decimals.Of([.. hours.Select(hour => hour.Max)]);
        var sum = Decimals.Of([.. hours.Select(hour => hour.Sum)]);
        writer.Byte(min.Digits);
        writer.Byte(max.Digits);
        writer.Byte(sum.Digits);

        // Each number by what is known before it: the hour before, the least, and as many of the least as there are points.
        Write(column, writer, i => min[i] - (i == 0 ? 0 : min[i - 1]));
        Write(column, writer, i => max[i] - (max.Digits == min.Digits ? min[i] : i == 0 ? 0 : max[i - 1]));
        Write(column, writer, i => sum[i] - (sum.Digits == min.Digits && sum.Digits != Decimals.None ? unchecked(min[i] * hours[i].Count) : i == 0 ? 0 : sum[i - 1]));
        return PackedBytes.Compress(writer.Written, Quality, WindowBits);
    }

    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Encode"/>.</exception>
    internal static SeriesHead Decode(ReadOnlySpan<byte> part)
    {
        var plain = PackedBytes.Decompress(part, MostHours * 64);
        var reader = new ColumnReader(plain);
        if (reader.Byte() != Format)
        {
            throw new InvalidDataException("a stored series has an unknown format");
        }

        var chunks = new SeriesChunk[reader.Count(Math.Min(plain.Length, EntryParts.Most))];
        long time = 0;
        for (var i = 0; i < chunks.Length; i++)
        {
            var start = time + reader.Signed();
            time = start + reader.Signed();
            chunks[i] = new SeriesChunk(start, time, reader.Count(SeriesParts.ChunkLength));
        }

        return new SeriesHead(chunks, ReadHours(plain.Length, ref reader));
    }

    private static SeriesHour[] ReadHours(int most, ref ColumnReader reader)
    {
        var hours = new SeriesHour[reader.Count(most)];
        long[] hour = Read(hours.Length, ref reader), count = Read(hours.Length, ref reader);
        byte minDigits = reader.Byte(), maxDigits = reader.Byte(), sumDigits = reader.Byte();
        long[] min = Read(hours.Length, ref reader), max = Read(hours.Length, ref reader), sum = Read(hours.Length, ref reader);
        long at = 0, least = 0, greatest = 0, total = 0;
        for (var i = 0; i < hours.Length; i++)
        {
            at += hour[i];
            least += min[i];
            greatest = max[i] + (maxDigits == minDigits ? least : greatest);
            total = sum[i] + (sumDigits == minDigits && sumDigits != Decimals.None ? unchecked(least * count[i]) : total);
            hours[i] = new SeriesHour((int)at, (int)count[i], Decimals.Number(least, minDigits), Decimals.Number(greatest, maxDigits), Decimals.Number(total, sumDigits));
        }

        return hours;
    }

    private static void Write(long[] column, ColumnWriter writer, Func<int, long> number)
    {
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = unchecked(number(i));
        }

        PackedColumn.Write(column, writer);
    }

    private static long[] Read(int count, ref ColumnReader reader)
    {
        var column = new long[count];
        PackedColumn.Read(column, ref reader);
        return column;
    }
}
