namespace Autograd.Lectures;

/// <summary>
/// Traditional tunes in ABC notation, as commonly played; the melodies are in the public domain, these settings were written down for this
/// program.
/// </summary>
static class AbcTunes
{
    /// <summary>The tunes: metre, key, and the bars. The unit is an eighth note.</summary>
    public static readonly AbcTune[] All =
    [
        new("The Kesh", "6/8", 'G', "",
            "|:GAG GAB|ABA ABd|edd gdd|edB dBA|GAG GAB|ABA ABd|edd gdB|AGF G3:|\n|:BAB dBd|ege dBG|BAB dBG|ABA AGA|BAB dBd|ege dBd|gfg " +
                "aga|bgg g3:|"),
        new("The Irish Washerwoman", "6/8", 'G', "",
            "|:BGG DGG|BGB dcB|cAA EAA|cAc edc|BGG DGG|BGB dcB|cBc Adc|BGG G3:|\n|:gdg gdg|gdg bag|fdf fdf|fdf agf|egg dgg|cgg Bgg|cBc " +
                "Adc|BGG G3:|"),
        new("Morrison's Jig", "6/8", 'E', "dor",
            "|:E3 B3|EBE AFD|E3 B3|dcB AFD|E3 B3|EBE AFD|G3 FGA|dAG FED:|\n|:Bee fee|aee fee|Bee fee|a2g fed|Bee fee|aee fee|gfe " +
                "d2A|BAG FED:|"),
        new("The Swallowtail", "6/8", 'E', "dor",
            "|:GEE BEE|GEE BAG|FDD ADD|dcd AGF|GEE BEE|GEE B2c|dcd AGF|GEE E3:|\n|:Bcd e2f|e2f edB|Bcd e2f|edB d3|Bcd e2f|e2f edB|dcd " +
                "AGF|GEE E3:|"),
        new("The Connaughtman's Rambles", "6/8", 'D', "",
            "|:FAA dAA|BAB dAG|FAA dfe|dBB BAG|FAA dAA|BAB def|gfe dfe|dBB B3:|\n|:fbb faa|fed deg|fbb faf|edd e2g|fbb faa|fed def|gfe " +
                "dfe|dBB B3:|"),
        new("Tripping Up the Stairs", "6/8", 'D', "",
            "|:FAA GBB|FAd fed|cBc ABc|dfe dAG|FAA GBB|FAd fed|cBc ABc|dfe d3:|\n|:dBB fBB|fgf fed|cAA eAA|efe edc|dBB fBB|fgf fed|cBc " +
                "ABc|dfe d3:|"),
        new("The Blarney Pilgrim", "6/8", 'D', "mix",
            "|:DED DEG|A3 ABc|BAG AGE|GEA GED|DED DEG|A3 ABc|BAG AGE|GED D3:|\n|:ded dBG|AGA BGE|ded dBG|AGA GAB|ded dBG|AGA BGA|BAG " +
                "AGE|GED D3:|"),
        new("Cooley's", "4/4", 'E', "dor",
            "|:EBBA B2EB|B2AB dBAG|FDAD BDAD|FDAD dAFD|EBBA B2EB|B2AB defg|afec dBAF|DEFD E4:|\n|:eB B2 efge|eB B2 gedB|A2FA DAFA|A2FA " +
                "defg|eB B2 eBgB|eB B2 defg|afec dBAF|DEFD E4:|"),
        new("Drowsy Maggie", "4/4", 'E', "dor",
            "|:E2BE dEBE|E2BE AFDF|E2BE dEBE|BABc dAFD:|\n|:d2fd c2ec|defg afge|d2fd c2ec|BABc dAFA|d2fd c2ec|defg afge|afge fdec|BABc " +
                "dAFD:|"),
        new("The Wind That Shakes the Barley", "4/4", 'D', "",
            "|:A2AB AFED|B2BA BcdB|A2AB AFED|gfed BcdB:|\n|:f2fd g2ge|f2fd Bcde|f2fd g2fg|afed BcdB:|"),
        new("Harvest Home", "4/4", 'D', "", "|:DAFA DAFA|defe dcBA|eAfA gAfA|edcB AGFE|DAFA DAFA|defe dcBA|eAfA gfec|d2d2 d4:|"),
        new("Twinkle, Twinkle, Little Star", "4/4", 'C', "",
            "|C2C2 G2G2|A2A2 G4|F2F2 E2E2|D2D2 C4|\n|:G2G2 F2F2|E2E2 D4:|\n|C2C2 G2G2|A2A2 G4|F2F2 E2E2|D2D2 C4|"),
        new("Frère Jacques", "4/4", 'F', "", "|F2G2 A2F2|F2G2 A2F2|A2B2 c4|A2B2 c4|cdcB A2F2|cdcB A2F2|F2C2 F4|F2C2 F4|"),
        new("The Butterfly", "9/8", 'E', "m",
            "|:B2E G2E F3|B2E G2E FED|B2E G2E F3|B2d d2B AFD:|\n|:B2c e2f g3|B2d g2e dBA|B2c e2f g2a|b2a g2e dBA:|\n|:B3 B2A G2A|B3 BAB " +
                "dBA|B3 B2A G2A|B2d g2e dBA:|"),
    ];
}

/// <summary>One tune.</summary>
sealed record AbcTune(string Title, string Metre, char Tonic, string Mode, string Bars)
{
    const string Scale = "CDEFGABcdefgab";

    /// <summary>The tune as text: metre, key and bars, an empty line behind it.</summary>
    public string Text => $"M:{Metre}\nK:{Tonic}{Mode}\n{Bars}\n\n";

    /// <summary>
    /// The tune in each key, up or down by steps of the scale, in which all its notes lie between C and b. The key signature goes with it,
    /// so intervals stay.
    /// </summary>
    public IEnumerable<AbcTune> Transposed()
    {
        for (int steps = -6; steps <= 6; steps++)
        {
            int by = steps;
            if (Bars.All(c => !char.IsAsciiLetter(c) || Scale.IndexOf(c) + by is >= 0 and < 14))
                yield return this with
                {
                    Tonic = Scale[(Scale.IndexOf(Tonic) + by + 7) % 7],
                    Bars = string.Concat(Bars.Select(c =>
                    char.IsAsciiLetter(c) ? Scale[Scale.IndexOf(c) + by] : c))
                };
        }
    }
}
