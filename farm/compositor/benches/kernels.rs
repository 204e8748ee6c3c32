//! Inner loops: as the compiler vectorises them inside a pulp dispatch, against the plain formula;
//! and sampling in wide lanes against the same in plain ones. Built as the program is, so that
//! nothing compiles twice: `cargo test --workspace --bench kernels -- --bench`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use cutline_compositor::blend::{self, Gaze};
use cutline_compositor::lanes::{self, LANES, Lanes, Plain};

const WIDTH: usize = 1080;

/// A row of bilinear samples through a plane turned by a degree and shown a little smaller.
struct Turned<'a, L> {
    lanes: L,
    row: &'a mut [u8],
    texels: &'a [u16],
}

impl<L: Lanes> pulp::NullaryFnOnce for Turned<'_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { lanes, row, texels } = self;
        let mut gaze = Gaze { x: 40_000, y: 90_000, dx: 66_800, dy: 1_144 };
        for block in row.as_chunks_mut::<LANES>().0 {
            let (look, source) = ((gaze, gaze.view()), (texels, 1200));
            let drawn = blend::block::<L, 3, 3, false>(lanes, block, source, look, 256);
            assert!(drawn, "the plane is large enough");
            gaze.advance();
        }
    }
}

fn kernels(criterion: &mut Criterion) {
    let texels: Vec<u16> = (0..WIDTH)
        .map(|x| {
            let cover = (x * 7 % 256) as u16;
            (cover / 2) | cover << 8
        })
        .collect();
    let values: Vec<u16> = texels.iter().map(|texel| texel & 255).collect();
    let coverage: Vec<u16> = texels.iter().map(|texel| texel >> 8).collect();
    let over: Vec<u8> = (0..WIDTH).map(|x| (x % 219 + 16) as u8).collect();
    let mut row = over.clone();
    let arch = pulp::Arch::new();
    let mut group = criterion.benchmark_group("row of 1080");
    group.throughput(Throughput::Elements(WIDTH as u64));
    group.bench_function("blend texels, reference", |bencher| {
        bencher.iter(|| blend::reference::texels(&mut row, black_box(&texels), 256));
    });
    group.bench_function("blend texels, scalar build", |bencher| {
        bencher.iter(|| blend::texels(&mut row, black_box(&texels), 256));
    });
    group.bench_function("blend texels, dispatched", |bencher| {
        bencher.iter(|| {
            arch.dispatch(blend::Texels {
                target: &mut row,
                texels: black_box(&texels),
                opacity: 256,
            })
        });
    });
    group.bench_function("blend planes, dispatched", |bencher| {
        bencher.iter(|| {
            arch.dispatch(
                #[inline(always)]
                || blend::planes(&mut row, black_box(&values), &coverage, 200),
            );
        });
    });
    let plane: Vec<u16> = (0..1200 * 64).map(|at| texels[at % WIDTH]).collect();
    group.bench_function("sample a turned row, plain lanes", |bencher| {
        bencher.iter(|| {
            let texels = black_box(&plane[..]);
            pulp::NullaryFnOnce::call(Turned { lanes: Plain, row: &mut row, texels });
        });
    });
    #[cfg(target_arch = "x86_64")]
    if let Some(lanes) = lanes::Wide::new() {
        group.bench_function("sample a turned row, wide lanes", |bencher| {
            bencher.iter(|| {
                arch.dispatch(Turned { lanes, row: &mut row, texels: black_box(&plane[..]) });
            });
        });
    }
    group.bench_function("crossfade, dispatched", |bencher| {
        bencher.iter(|| {
            arch.dispatch(
                #[inline(always)]
                || blend::mix_into(&mut row, black_box(&over), 77),
            )
        });
    });
    group.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);
